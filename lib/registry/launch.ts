import { createHash } from 'node:crypto';
import type { BackendConfig } from '../model/config.ts';
import { createMask } from '../model/mask.ts';
import { canonical } from './canonical.ts';

/** What differs between machines that run the same. */
export interface LaunchGround {
  readonly projectDir: string | undefined;
  readonly homeDir: string;
  /** Values that must not be guessable from a hash, and whose change changes no program. */
  readonly secrets: readonly string[];
}

/**
 * Names what a backend is started or reached by, the same on every machine that has the project: folders of the project
 * and the user count by what they are to each other, secrets not at all.
 */
export function launchFingerprint(
  { command, args, cwd, remote }: Pick<BackendConfig, 'command' | 'args' | 'cwd' | 'remote'>,
  { projectDir, homeDir, secrets }: LaunchGround,
): string {
  const mask = createMask(secrets);
  const placed = (text: string) => mask(inPlace(inPlace(text, projectDir, '${PROJECT_DIR}'), homeDir, '~'));
  const said = remote === undefined ? [command, ...args].map(placed) : ['url', mask(remote.url)];
  const where = remote === undefined ? placed(cwd) : '';
  return createHash('sha256')
    .update(canonical([said, where]))
    .digest('hex')
    .slice(0, 32);
}

/** `text` with a folder at its beginning, or after `=` or `:`, under another name. */
function inPlace(text: string, folder: string | undefined, name: string): string {
  if (folder === undefined || folder === '/' || folder === '') return text;
  let placed = '';
  let from = 0;
  for (let at = text.indexOf(folder); at !== -1; at = text.indexOf(folder, from)) {
    const before = text[at - 1];
    const after = text[at + folder.length];
    const isWhole = (at === 0 || before === '=' || before === ':') && (after === undefined || /[/\\:]/.test(after));
    placed += text.slice(from, at) + (isWhole ? name : folder);
    from = at + folder.length;
  }
  return placed + text.slice(from);
}
