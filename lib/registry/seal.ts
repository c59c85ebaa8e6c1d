import { createHash, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import type { LockedBackend } from '../model/registry.ts';
import { canonical } from './canonical.ts';
import { byKindAndId } from './order.ts';

/** Who seals: an Ed25519 key and the id it is named by. */
export interface SealingKey {
  /** The first half of the SHA-256 of the public key, hexadecimal. */
  readonly id: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

/**
 * What a seal says of a section: `own` is of this user and holds, `other` is of somebody else, `broken` names this
 * user's key and does not hold.
 */
export type SealState = 'own' | 'other' | 'broken' | 'none';

/** Signatures of ours for anything else must never pass for one of these. */
export const PURPOSE = 'sallyport lockfile 1';

/** The key with its id. */
export function sealingKey(privateKey: KeyObject): SealingKey {
  if (privateKey.asymmetricKeyType !== 'ed25519') throw new Error('the key is not one for Ed25519');
  const publicKey = createPublicKey(privateKey);
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return { id: createHash('sha256').update(spki).digest('hex').slice(0, 32), privateKey, publicKey };
}

/** The section of `backend`, its items in order, with a seal of this user over all else in it. */
export function sealed(backend: string, unordered: LockedBackend, key: SealingKey): LockedBackend {
  const section = { ...unordered, items: [...unordered.items].sort(byKindAndId) };
  const signature = sign(null, sealedBytes(backend, section), key.privateKey).toString('base64');
  return { ...section, seal: { key: key.id, signature } };
}

/** Whose seal is on the section of `backend`; `key` is undefined for a user who has none yet. */
export function sealState(backend: string, section: LockedBackend, key: SealingKey | undefined): SealState {
  const { seal } = section;
  if (seal === undefined) return 'none';
  if (key === undefined || seal.key !== key.id) return 'other';
  const signature = Buffer.from(seal.signature, 'base64');
  return verify(null, sealedBytes(backend, section), key.publicKey, signature) ? 'own' : 'broken';
}

/** Definitions are in it by their hashes, which were checked when they were read. */
function sealedBytes(backend: string, { launch, server, items }: LockedBackend): Buffer {
  const said = items.map(({ definition: _, text: __, ...item }) => item);
  return Buffer.from(canonical([PURPOSE, backend, launch, server, said]), 'utf8');
}
