import { printable } from '../../lib/model/printable.ts';

const MOST_NAME = 64;

/**
 * What to type instead where `sudo` has made this root's: it takes away the home that says whose gateways are looked for.
 * Undefined where it did not, or where the state folder was named.
 */
export function underSudo(
  env: Readonly<Record<string, string | undefined>>,
  uid = process.getuid?.(),
  platform = process.platform,
): string | undefined {
  const { SUDO_USER, XDG_STATE_HOME } = env;
  if (platform !== 'linux' || uid !== 0 || (XDG_STATE_HOME ?? '') !== '') return undefined;
  if (SUDO_USER === undefined || SUDO_USER === '' || SUDO_USER === 'root') return undefined;
  const command = 'sudo env XDG_STATE_HOME="${XDG_STATE_HOME:-$HOME/.local/state}" sallyport approvals ...';
  return `these are gateways of root; for those of ${printable(SUDO_USER, MOST_NAME)} type: ${command}`;
}
