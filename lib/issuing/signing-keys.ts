import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { type EcJwk, publicJwkOf, thumbprintOf } from './thumbprint.ts';

/** A key our tokens are signed with. */
export interface SigningKey {
  readonly key: KeyObject;
  /** Its thumbprint (RFC 7638). */
  readonly kid: string;
  readonly jwk: EcJwk;
}

/** More than ever overlap; a file with more of them is a mistake. */
const MOST_KEYS = 8;
const BLOCK = /-----BEGIN (?:EC )?PRIVATE KEY-----[A-Za-z0-9+/=\s]{1,4096}-----END (?:EC )?PRIVATE KEY-----/g;

/**
 * The keys of this gateway: the first signs, the others are still believed by whoever has our key set, until the last token
 * they signed is over.
 */
export class SigningKeys {
  readonly all: readonly SigningKey[];

  private constructor(all: readonly SigningKey[]) {
    this.all = all;
  }

  /** Keys as a PEM file has them, the newest first. Throws when there is none, or one of another kind. */
  static read(pem: string): SigningKeys {
    const blocks = pem.match(BLOCK) ?? [];
    if (blocks.length === 0) throw new Error('holds no private key');
    if (blocks.length > MOST_KEYS) throw new Error(`holds more than ${MOST_KEYS} keys`);
    const keys = blocks.map((block) => keyIn(block));
    if (new Set(keys.map(({ kid }) => kid)).size < keys.length) throw new Error('holds a key twice');
    return new SigningKeys(keys);
  }

  get newest(): SigningKey {
    return this.all[0]!;
  }

  /** What others verify our tokens with (RFC 7517, 5). */
  get jwks(): { readonly keys: readonly object[] } {
    return { keys: this.all.map(({ kid, jwk }) => ({ ...jwk, kid, use: 'sig', alg: 'ES256' })) };
  }
}

/** A new key as its file has it. */
export function newKeyPem(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
}

/** The text of a key file with a new key before those it has, of which the newest `keep` stay. */
export function withNewKey(pem: string, keep: number): string {
  const old = (pem.match(BLOCK) ?? []).slice(0, Math.min(keep, MOST_KEYS - 1));
  return `${[newKeyPem().trim(), ...old].join('\n')}\n`;
}

function keyIn(block: string): SigningKey {
  let key: KeyObject;
  let jwk: EcJwk;
  try {
    key = createPrivateKey(block);
    jwk = publicJwkOf(key);
  } catch {
    throw new Error('holds a key that is not of P-256');
  }
  return { key, jwk, kid: thumbprintOf(jwk) };
}
