import { createHash, randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { CommandError, EXIT, print, printJson } from '../print.ts';

const KEY_BYTES = 32;
/** What a client can send in a header, and nobody finds by trying. */
const KEY = /^[\x21-\x7e]{16,}$/;

export interface TokenHashOptions {
  readonly json?: boolean;
}

/** Prints the hash of a key that comes on standard input; with no input, makes a key and prints both. */
export async function tokenHash({ json }: TokenHashOptions): Promise<number> {
  // Not read in one go: a pipe whose writer is late would have nothing yet.
  const given = process.stdin.isTTY ? '' : (await text(process.stdin)).replace(/\r?\n$/, '');
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
