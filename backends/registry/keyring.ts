import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ownFolder } from '../../lib/model/own-folder.ts';
import { placeFile } from '../../lib/model/placed-file.ts';
import { LockfileFault } from '../../lib/registry/lockfile-fault.ts';
import { type SealingKey, sealingKey } from '../../lib/registry/seal.ts';

const OTHERS_MAY_READ = 0o077;

/** The user's own key, by which what they approved is known again. It is made when something is sealed for the first time. */
export class Keyring {
  readonly #path: string;

  /** `configFile` is the user's own config, in whose folder the key lies. */
  constructor(configFile: string) {
    this.#path = join(dirname(configFile), 'registry.key');
  }

  /** The key, if there is one. Throws a `LockfileFault` for one that others can read, or that is none. */
  existing(): SealingKey | undefined {
    let file: number;
    try {
      file = openSync(this.#path, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    try {
      const { mode, uid } = fstatSync(file);
      const ours = process.getuid === undefined || uid === process.getuid();
      if (!ours) throw new LockfileFault('SP4012', 'the key belongs to another user', this.#path);
      if (process.platform !== 'win32' && (mode & OTHERS_MAY_READ) !== 0) {
        throw new LockfileFault('SP4012', 'others can use the key, so what it sealed proves nothing', this.#path);
      }
      return keyIn(readFileSync(file, 'utf8'), this.#path);
    } finally {
      closeSync(file);
    }
  }

  /** The key, made if there was none. Of several processes that make one at once, the first wins. */
  own(): SealingKey {
    const known = this.existing();
    if (known !== undefined) return known;
    ownFolder(dirname(this.#path));
    try {
      const key = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
      placeFile(this.#path, key, 'keep');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    return this.existing()!;
  }
}

function keyIn(text: string, path: string): SealingKey {
  try {
    return sealingKey(createPrivateKey(text));
  } catch {
    throw new LockfileFault('SP4012', 'the file holds no key of ours', path);
  }
}
