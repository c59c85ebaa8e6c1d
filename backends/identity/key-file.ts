import { readFileSync, statSync, unwatchFile, watchFile } from 'node:fs';
import { KeySet, type Keys, NoKeys, parseKeys } from '../../lib/identity/tokens/key-set.ts';
import { keyOfSecret } from '../../lib/identity/tokens/usable-key.ts';
import type { TokenIssuer } from '../../lib/model/auth-config.ts';
import type { Log } from '../../lib/model/log.ts';
import { whyUnreadable } from '../../lib/model/why-unreadable.ts';

const LOOK_MS = 5000;
const MOST_BYTES = 256 * 1024;

/** Keys that never change while the config is the same. */
export class FixedKeys implements Keys {
  readonly isFailing = false;
  readonly #set: KeySet;

  constructor(set: KeySet) {
    this.#set = set;
  }

  current(): KeySet {
    return this.#set;
  }

  again(): undefined {
    return undefined;
  }

  close(): void {}
}

/** Keys in a file, read again when it changes. */
export class KeyFile implements Keys {
  readonly isFailing = false;
  readonly #path: string;
  readonly #read: (content: Buffer) => KeySet;
  readonly #issuer: string;
  readonly #log: Log;
  readonly #changed = () => this.reread();
  #set: KeySet;
  #isWrong = false;

  /** `read` makes keys of what is in the file. Throws when it cannot be read, or holds none. */
  constructor(path: string, read: (content: Buffer) => KeySet, issuer: string, log: Log) {
    this.#path = path;
    this.#read = read;
    this.#issuer = issuer;
    this.#log = log;
    this.#set = read(contentOf(path));
    watchFile(path, { interval: LOOK_MS, persistent: false }, this.#changed);
  }

  current(): KeySet {
    return this.#set;
  }

  again(): undefined {
    return undefined;
  }

  close(): void {
    unwatchFile(this.#path, this.#changed);
  }

  /** With a file that is no good, what was good before stays in force; one that says there are no keys is good. */
  reread(): void {
    const about = { issuer: this.#issuer, file: this.#path };
    try {
      const set = this.#read(contentOf(this.#path));
      this.#isWrong = false;
      if (set.equals(this.#set)) return;
      this.#set = set;
      this.#log.write('info', 'keys_changed', { ...about, keys: set.size });
    } catch (error) {
      if (error instanceof NoKeys) this.#set = new KeySet([]);
      if (!this.#isWrong)
        this.#log.write('error', 'keys_not_read', { ...about, code: 'SP2012', why: (error as Error).message });
      this.#isWrong = true;
    }
  }
}

/** The keys of a text in a file: a JWK set or PEM. */
export function publicKeys({ algorithms }: TokenIssuer): (content: Buffer) => KeySet {
  return (content) => parseKeys(content.toString('utf8'), algorithms);
}

/** The key that is a secret, long enough for every algorithm of its issuer. */
export function secretKey({ algorithms }: TokenIssuer): (content: Buffer) => KeySet {
  return (content) => {
    const key = keyOfSecret(content, algorithms);
    if (key === undefined || key.algorithms.size < algorithms.length)
      throw new Error(`is too short a secret for ${algorithms.join(', ')}`);
    return new KeySet([key]);
  };
}

/** What a file holds without the line break at its end, as editors and `echo` leave it there. */
export function withoutLineEnd(content: Buffer): Buffer {
  let end = content.length;
  if (content[end - 1] === 0x0a) end--;
  if (end < content.length && content[end - 1] === 0x0d) end--;
  return content.subarray(0, end);
}

function contentOf(path: string): Buffer {
  if (orUnreadable(() => statSync(path).size) > MOST_BYTES) throw new Error('is larger than 256 KiB');
  return orUnreadable(() => readFileSync(path));
}

/** What follows the name of the file in a message. */
function orUnreadable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new Error(`cannot be read: ${whyUnreadable(error)}`);
  }
}
