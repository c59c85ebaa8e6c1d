import { createHash, timingSafeEqual } from 'node:crypto';
import type { ApiKey } from '../model/auth-config.ts';
import type { Clock } from '../model/clock.ts';
import type { Presented } from './presented.ts';
import { type Proven, type Prover, sameIdentity } from './proven.ts';

/** No key is longer; what is would be hashed once for each salt for nothing. */
const MOST_KEY_CHARACTERS = 1024;

interface Known {
  readonly salt: string;
  readonly digest: Buffer;
  readonly notBeforeMs: number;
  readonly proven: Proven;
}

/** The keys that are valid now. Only their hashes are known here. */
export class KeyRing implements Prover {
  readonly #clock: Clock;
  readonly #known: readonly Known[];
  readonly #salts: readonly string[];

  constructor(keys: readonly ApiKey[], clock: Clock) {
    this.#clock = clock;
    this.#salts = [...new Set(keys.map(({ salt }) => salt))];
    this.#known = keys.map(({ hash, salt, clientId, roles, permissions, tenant, notBeforeMs, expiresMs }) => ({
      salt,
      digest: Buffer.from(hash, 'hex'),
      notBeforeMs: notBeforeMs ?? 0,
      proven: {
        identity: { subject: clientId, clientId, roles, permissions, tenant, proof: 'api-key' },
        credential: hash,
        expiresMs,
      },
    }));
  }

  prove({ credential }: Presented): Proven | undefined {
    if (credential === undefined || credential.scheme === 'dpop') return undefined;
    return credential.text.length > MOST_KEY_CHARACTERS ? undefined : this.#find(credential.text);
  }

  /** Whether the key is still there, for the same client with the same rights. */
  honours({ credential, identity }: Proven): boolean {
    const known = this.#known.find(({ proven }) => proven.credential === credential);
    return known !== undefined && sameIdentity(known.proven.identity, identity) && this.#inTime(known);
  }

  /** Whose key this is. It is compared with all of them, in a time that does not tell how near it came to one. */
  #find(presented: string): Proven | undefined {
    const digests = new Map(
      this.#salts.map((salt) => [salt, createHash('sha256').update(salt).update(presented).digest()]),
    );
    let found: Known | undefined;
    for (const known of this.#known) if (timingSafeEqual(digests.get(known.salt)!, known.digest)) found = known;
    return found !== undefined && this.#inTime(found) ? found.proven : undefined;
  }

  #inTime({ notBeforeMs, proven: { expiresMs } }: Known): boolean {
    const now = this.#clock.now();
    return now >= notBeforeMs && (expiresMs === undefined || now < expiresMs);
  }
}
