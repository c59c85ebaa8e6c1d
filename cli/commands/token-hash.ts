import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { CommandError, EXIT, print, printJson } from '../print.ts';

const KEY_BYTES = 32;
const STDIN = 0;
/** What a client can send in a header, and nobody finds by trying. */
const KEY = /^[\x21-\x7e]{16,}$/;

export interface TokenHashOptions {
  readonly json?: boolean;
}

/** Prints the hash of a key that comes on standard input; with no input, makes a key and prints both. */
export function tokenHash({ json }: TokenHashOptions): number {
  const given = process.stdin.isTTY ? '' : readFileSync(STDIN, 'utf8').replace(/\r?\n$/, '');
  if (given !== '' && !KEY.test(given)) {
    throw new CommandError('a key must be one line of at least 16 visible ASCII characters');
  }
  const key = given === '' ? randomBytes(KEY_BYTES).toString('base64url') : given;
  const hash = `sha256:${createHash('sha256').update(key).digest('hex')}`;
  if (json === true) printJson(given === '' ? { key, hash } : { hash });
  else if (given !== '') print(hash);
  else
    print(
      `key:  ${key}\nhash: ${hash}\nThe key is shown once: give it to the client, and write the hash into the config.`,
    );
  return EXIT.ok;
}
