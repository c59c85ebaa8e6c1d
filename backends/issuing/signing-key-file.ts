import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { newKeyPem, type SigningKey, SigningKeys, withNewKey } from '../../lib/issuing/signing-keys.ts';
import type { Clock } from '../../lib/model/clock.ts';
import { readKeyFile } from '../../lib/model/key-file.ts';
import { ownFolder } from '../../lib/model/own-folder.ts';
import { type Placing, placeFile, versionOf } from '../../lib/model/placed-file.ts';

const LOOK_MS = 1000;

/** The file with our signing keys cannot be used; never says what is in it. */
export class KeyFileFault extends Error {}

/** The file our signing keys are in, which nobody but its owner can read. It is looked at again while tokens are made. */
export class SigningKeyFile {
  readonly #path: string;
  readonly #clock: Pick<Clock, 'monotonic'>;
  #keys: SigningKeys | undefined;
  #version = '';
  #lookedMs = Number.NEGATIVE_INFINITY;

  constructor(path: string, clock: Pick<Clock, 'monotonic'>) {
    this.#path = path;
    this.#clock = clock;
  }

  /** Its keys, made if there were none. Of several processes that make one at once, the first wins. Throws {@link KeyFileFault}. */
  own(): SigningKeys {
    if (this.existing() === undefined) this.#write(newKeyPem(), 'keep');
    return this.existing()!;
  }

  /** Its keys, if there is such a file. Throws {@link KeyFileFault} for one that others can use, or that is none. */
  existing(): SigningKeys | undefined {
    try {
      const text = readKeyFile(this.#path);
      return text === undefined ? undefined : SigningKeys.read(text);
    } catch (error) {
      throw new KeyFileFault((error as Error).message);
    }
  }

  /** What signs now. A file that is no good leaves the last key in force, which is still believed. */
  signingKey(): SigningKey {
    const now = this.#clock.monotonic();
    if (this.#keys === undefined || now - this.#lookedMs >= LOOK_MS) {
      this.#lookedMs = now;
      this.#look();
    }
    return this.#keys!.newest;
  }

  /** Lets a new key sign from now on; the newest `keep` of the others stay in the key set. */
  rotate(keep: number): SigningKeys {
    this.own();
    this.#write(withNewKey(readFileSync(this.#path, 'utf8'), keep), 'replace');
    return this.existing()!;
  }

  #look(): void {
    try {
      const version = versionOf(this.#path);
      if (this.#keys !== undefined && version === this.#version) return;
      this.#keys = this.#keys === undefined ? this.own() : (this.existing() ?? this.#keys);
      this.#version = versionOf(this.#path);
    } catch (error) {
      if (this.#keys === undefined) throw error;
    }
  }

  #write(text: string, placing: Placing): void {
    ownFolder(dirname(this.#path));
    try {
      placeFile(this.#path, text, placing);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code !== 'EEXIST') throw new KeyFileFault(`cannot be written: ${message}`);
    }
  }
}
