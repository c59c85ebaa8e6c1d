import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../model/clock.ts';
import type { Identity } from '../model/principal.ts';
import type { ApiKey } from '../model/server-config.ts';

/** Who a key was given to. */
export interface Holder {
  readonly identity: Identity;
  /** Hash of the key, so that what it opened can be closed when it is taken away; empty where none is needed. */
  readonly hash: string;
  readonly expiresMs: number | undefined;
}

/** The keys that are valid now. Only their hashes are known here. */
export class KeyRing {
  readonly #clock: Clock;
  readonly #holders: readonly { readonly digest: Buffer; readonly holder: Holder }[];

  constructor(keys: readonly ApiKey[], clock: Clock) {
    this.#clock = clock;
    this.#holders = keys.map(({ hash, clientId, roles, permissions, tenant, expiresMs }) => ({
      digest: Buffer.from(hash, 'hex'),
      holder: {
        identity: { subject: clientId, clientId, roles, permissions, tenant, proof: 'api-key' },
        hash,
        expiresMs,
      },
    }));
  }

  get empty(): boolean {
    return this.#holders.length === 0;
  }

  /** Whose key this is. It is compared with all of them, in a time that does not tell how near it came to one. */
  find(presented: string): Holder | undefined {
    const digest = createHash('sha256').update(presented).digest();
    let found: Holder | undefined;
    for (const { digest: known, holder } of this.#holders) if (timingSafeEqual(digest, known)) found = holder;
    return found !== undefined && this.#inTime(found) ? found : undefined;
  }

  /** Whether the key of `holder` still opens anything. */
  honours(holder: Holder): boolean {
    if (holder.hash === '') return this.empty;
    const known = this.#holders.find(({ holder: { hash } }) => hash === holder.hash)?.holder;
    return known !== undefined && sameIdentity(known.identity, holder.identity) && this.#inTime(known);
  }

  #inTime({ expiresMs }: Holder): boolean {
    return expiresMs === undefined || this.#clock.now() < expiresMs;
  }
}

/** Whether two proofs are of one principal with the same rights. */
export function sameIdentity(a: Identity, b: Identity): boolean {
  return (
    a.subject === b.subject &&
    a.proof === b.proof &&
    a.tenant === b.tenant &&
    same(a.roles, b.roles) &&
    same(a.permissions, b.permissions)
  );
}

function same(a: readonly string[] | undefined, b: readonly string[] | undefined): boolean {
  return a?.join('\0') === b?.join('\0');
}
