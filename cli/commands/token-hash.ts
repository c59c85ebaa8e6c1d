import { createHash, randomBytes } from 'node:crypto';
import { secretLine } from '../identity/token-input.ts';
import { CommandError, EXIT, print, printJson } from '../output/print.ts';

const KEY_BYTES = 32;
const SALT_BYTES = 12;
/** What nobody finds by trying. */
const LEAST_KEY = 16;

export interface TokenHashOptions {
  readonly json?: boolean;
}

/** Prints the salted hash of a key that comes on standard input; with no input, makes a key and prints both. */
export async function tokenHash({ json }: TokenHashOptions): Promise<number> {
  const given = await secretLine();
  if (given !== '' && given.length < LEAST_KEY) {
    throw new CommandError(`a key must be one line of at least ${LEAST_KEY} visible ASCII characters`);
  }
  const key = given === '' ? randomBytes(KEY_BYTES).toString('base64url') : given;
  const salt = randomBytes(SALT_BYTES).toString('base64url');
  const hash = `sha256:${salt}:${createHash('sha256').update(salt).update(key).digest('hex')}`;
  if (json === true) printJson(given === '' ? { key, hash } : { hash });
  else if (given !== '') print(hash);
  else
    print(
      `key:  ${key}\nhash: ${hash}\nThe key is shown once: give it to the client, and write the hash into the config.`,
    );
  return EXIT.ok;
}
