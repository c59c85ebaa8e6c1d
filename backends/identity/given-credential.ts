import type { GivenCredential } from '../../lib/identity/stream-proof.ts';
import type { Clock } from '../../lib/model/clock.ts';
import type { Log } from '../../lib/model/log.ts';
import { versionOf } from '../../lib/model/placed-file.ts';
import { readSecretFile } from '../credentials/secret-file.ts';

const TEXT = 'SALLYPORT_TOKEN';
const FILE = 'SALLYPORT_TOKEN_FILE';
const CREDENTIAL = /^SALLYPORT_TOKEN/i;

/** A file is looked at again after so long at the earliest. */
const LOOK_MS = 1000;

/** Where the credential of the client stands that started this process. */
export interface CredentialPlace {
  readonly text: string | undefined;
  readonly file: string | undefined;
}

/** Reads the place from an environment and takes it out, so that nothing started later inherits it. */
export function takeCredential(env: NodeJS.ProcessEnv): CredentialPlace {
  const place = { text: env[TEXT] || undefined, file: env[FILE] || undefined };
  for (const name of Object.keys(env)) if (CREDENTIAL.test(name)) delete env[name];
  return place;
}

/** The credential in a variable. */
export function fixedCredential(text: string | undefined): GivenCredential {
  return { read: (again) => (again ? undefined : text) };
}

/** The credential in a file, which whoever renews it writes anew. */
export class CredentialFile implements GivenCredential {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #learn: (secrets: readonly string[]) => void;
  #text: string | undefined;
  #version = 'none';
  #lookedMs = Number.NEGATIVE_INFINITY;
  #fault = '';

  /** `learn` is told what must be masked. */
  constructor(path: string, clock: Clock, log: Log, learn: (secrets: readonly string[]) => void) {
    this.#path = path;
    this.#clock = clock;
    this.#log = log;
    this.#learn = learn;
  }

  read(again: boolean): string | undefined | Promise<string | undefined> {
    const now = this.#clock.monotonic();
    if (!again && now - this.#lookedMs < LOOK_MS) return this.#text;
    this.#lookedMs = now;
    const version = versionOf(this.#path);
    if (version !== this.#version) return this.#readAnew(version);
    return again ? undefined : this.#text;
  }

  /** A file that cannot be read proves nobody; it is said once for each reason. */
  async #readAnew(version: string): Promise<string | undefined> {
    try {
      this.#text = await readSecretFile(this.#path);
      this.#version = version;
      this.#fault = '';
      this.#learn([this.#text]);
    } catch (error) {
      this.#text = undefined;
      this.#version = 'none';
      const why = (error as Error).message;
      if (why !== this.#fault) this.#log.write('error', 'credential_unreadable', { variable: FILE, why });
      this.#fault = why;
    }
    return this.#text;
  }
}
