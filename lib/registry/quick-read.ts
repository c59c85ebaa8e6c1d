import { verify } from 'node:crypto';
import { asObject, type Json } from '../model/json.ts';
import type { LockedBackend, LockedItem } from '../model/registry.ts';
import { byCodeUnits, hashOfCanonical } from './canonical.ts';
import { PURPOSE, type SealingKey } from './seal.ts';

/**
 * The section of a backend out of a lockfile that `JSON.parse` has read, if this user's own seal on it holds: then it is
 * what was written, and need not be read with care. Undefined for all else, which must be. The seal knows definitions by
 * their hashes alone, so each is hashed: one that was changed on disk would otherwise be told to clients as approved.
 */
export function quickSection(file: unknown, backend: string, key: SealingKey): LockedBackend | undefined {
  const backends = asObject(asObject(file)?.backends);
  const found = backends !== undefined && Object.hasOwn(backends, backend) ? asObject(backends[backend]) : undefined;
  if (found === undefined) return undefined;
  const { launch, server, items, seal: sealSaid } = found;
  const seal = asObject(sealSaid);
  if (!Array.isArray(items) || seal?.key !== key.id || typeof seal.signature !== 'string') return undefined;
  const said = items.map((item) => {
    const { definition: _, ...rest } = asObject(item) ?? {};
    return rest;
  });
  const bytes = Buffer.from(sorted([PURPOSE, backend, launch, server, said]), 'utf8');
  if (!verify(null, bytes, key.publicKey, Buffer.from(seal.signature, 'base64'))) return undefined;
  const read: LockedItem[] = [];
  for (const [at, rest] of said.entries()) {
    const definition = asObject((items[at] as Json).definition) ?? {};
    const text = pinnedForm(definition, rest['hash']);
    if (text === undefined) return undefined;
    read.push(new QuickItem(rest as Said, definition, text));
  }
  return {
    launch: launch as LockedBackend['launch'],
    server: server as LockedBackend['server'],
    items: read,
    seal: { key: key.id, signature: seal.signature },
  };
}

type Said = Omit<LockedItem, 'definition' | 'text'>;

class QuickItem implements LockedItem {
  readonly kind: LockedItem['kind'];
  readonly id: string;
  readonly hash: string;
  readonly definition: Json;
  readonly effect?: NonNullable<LockedItem['effect']>;
  readonly approved?: NonNullable<LockedItem['approved']>;
  readonly text: string;

  constructor({ kind, id, hash, effect, approved }: Said, definition: Json, text: string) {
    this.kind = kind;
    this.id = id;
    this.hash = hash;
    this.definition = definition;
    this.text = text;
    if (effect !== undefined) this.effect = effect;
    if (approved !== undefined) this.approved = approved;
  }
}

/**
 * The text that has the hash of a pin; undefined where `definition` is not what was pinned. What we wrote ourselves has its
 * keys in order already, which the hash proves at a tenth of the time of putting them in order.
 */
function pinnedForm(definition: Json, hash: unknown): string | undefined {
  const asWritten = JSON.stringify(definition);
  if (hashOfCanonical(asWritten) === hash) return asWritten;
  const inOrder = sorted(definition);
  return hashOfCanonical(inOrder) === hash ? inOrder : undefined;
}

/** The form of RFC 8785 of a value whose numbers all fit a double; any other value has another one, and another hash. */
function sorted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sorted).join(',')}]`;
  const object = asObject(value);
  if (object === undefined) return JSON.stringify(value);
  const keys = Object.keys(object).sort(byCodeUnits);
  return `{${keys.map((key) => `${JSON.stringify(key)}:${sorted(object[key])}`).join(',')}}`;
}
