import { CredentialFault, type CredentialVariable } from '../../lib/model/credentials.ts';
import { runToEnd } from '../one-shot.ts';
import { kept } from './keychain.ts';
import { readSecretFile } from './secret-file.ts';

const WITHIN_MS = 10_000;
/** What is shorter cannot be masked without making the log unreadable. */
const SHORTEST = 6;

/**
 * The secret of a variable as it is now. Rejects with a {@link CredentialFault}, in which nothing stands of what a
 * file holds or a program printed. `environment` is what programs are run with.
 */
export async function obtain(
  { name, from }: CredentialVariable,
  environment: NodeJS.ProcessEnv,
  withinMs = WITHIN_MS,
): Promise<string> {
  const secret = await sourced();
  if (secret.length < SHORTEST) {
    const what = secret === '' ? 'is empty' : `has fewer than ${SHORTEST} characters`;
    throw new CredentialFault(`the secret for ${name} ${what}`, 'a secret this short cannot be kept out of logs');
  }
  if (secret.includes('\0')) throw new CredentialFault(`the secret for ${name} holds a NUL byte`, 'store it as text');
  return secret;

  function sourced(): string | Promise<string> {
    if (from.kind === 'value') return from.value;
    if (from.kind === 'file') return readSecretFile(from.path);
    return from.kind === 'command'
      ? printed(from.command, environment, withinMs)
      : kept(from.service, from.account, environment, withinMs);
  }
}

/** The one line a program prints. Half a secret is worse than none, so several lines are refused. */
async function printed(command: readonly string[], environment: NodeJS.ProcessEnv, withinMs: number): Promise<string> {
  const [file, ...args] = command;
  const variables = Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const ended = await runToEnd(file!, args, Object.fromEntries(variables), withinMs);
  const fault = (what: string, fix: string) => new CredentialFault(`the command "${file}" ${what}`, fix);
  if (ended.missing) throw fault('was not found', 'install it, or write its whole path');
  if (ended.timedOut) throw fault(`did not end within ${withinMs / 1000} s`, 'run it by hand; it must ask nothing');
  // Its own words are left out: what a program prints when it fails may hold what it was to print.
  if (!ended.ok) throw fault(`failed${/ with exit code \d+/.exec(ended.why)?.[0] ?? ''}`, 'run it by hand');
  const text = ended.stdout.trim();
  if (/[\r\n]/.test(text)) throw fault('printed several lines', 'let it print the secret alone, or use a `file`');
  return text;
}
