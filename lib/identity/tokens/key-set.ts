import type { TokenAlgorithm } from '../../model/auth-config.ts';
import { asObject } from '../../model/json.ts';
import { unambiguousObject } from './unambiguous.ts';
import { keyOfJwk, keyOfPem, type TokenKey } from './usable-key.ts';

/** No issuer rotates through more. */
const MOST_KEYS = 100;
/** Keys tried for one token: of a set whose keys have no names, or share one. */
const MOST_TRIED = 4;

/** The keys of one issuer that can be used. */
export class KeySet {
  readonly #keys: readonly TokenKey[];

  constructor(keys: readonly TokenKey[]) {
    this.#keys = keys;
  }

  get size(): number {
    return this.#keys.length;
  }

  /** Keys a token of this header may be signed by: those of that name, else those without one; without a name, any. */
  find(kid: string | undefined, alg: TokenAlgorithm): readonly TokenKey[] {
    const fitting = this.#keys.filter(({ algorithms }) => algorithms.has(alg));
    if (kid === undefined) return fitting.slice(0, MOST_TRIED);
    const named = fitting.filter((key) => key.kid === kid);
    return (named.length > 0 ? named : fitting.filter((key) => key.kid === undefined)).slice(0, MOST_TRIED);
  }

  /** Whether a key is still one of them, for this algorithm. */
  has(id: string, alg: TokenAlgorithm): boolean {
    return this.#keys.some((key) => key.id === id && key.algorithms.has(alg));
  }

  /** Whether both hold the same keys under the same names. */
  equals(other: KeySet): boolean {
    const names = (set: KeySet) =>
      set.#keys
        .map(({ id, kid, algorithms }) => JSON.stringify([id, kid, [...algorithms]]))
        .sort()
        .join();
    return names(this) === names(other);
  }
}

/** Where the keys of an issuer come from. */
export interface Keys {
  /** The keys that count now; undefined when none does. Never waits: what is due is asked for behind it. */
  current(): KeySet | undefined;
  /**
   * Asks for them again, because none is known or a token names one that is not; resolves when that is over, whatever
   * came of it. Undefined when there is nobody to ask, or it was done too lately.
   */
  again(): Promise<void> | undefined;
  /** Whether the last try to get them failed. */
  readonly isFailing: boolean;
  close(): void;
}

/** A JWK set was read to its end and has no key that could be used: whoever publishes it has taken back all there were. */
export class NoKeys extends Error {}

/**
 * The keys in a JWK set (RFC 7517) or a text in PEM. Throws an `Error` that says what is wrong, and none of the text; for a
 * set without a key {@link NoKeys}.
 */
export function parseKeys(text: string, allowed: readonly TokenAlgorithm[]): KeySet {
  const isPem = text.trimStart().startsWith('-----BEGIN ');
  const keys = isPem ? [keyOfPem(text, allowed)] : jwksIn(text, allowed);
  const usable = keys.filter((key) => key !== undefined);
  if (usable.length > 0) return new KeySet(usable);
  const why = `holds no public key for ${allowed.join(', ')}`;
  throw isPem ? new Error(why) : new NoKeys(why);
}

function jwksIn(text: string, allowed: readonly TokenAlgorithm[]): (TokenKey | undefined)[] {
  const keys = unambiguousObject(text)?.['keys'];
  if (!Array.isArray(keys)) throw new Error('is no JWK set');
  if (keys.length > MOST_KEYS) throw new Error(`holds more than ${MOST_KEYS} keys`);
  return keys.map((jwk) => {
    const object = asObject(jwk);
    return object && keyOfJwk(object, allowed);
  });
}
