import type { Json } from '../model/json.ts';
import type { ItemKind } from '../model/registry.ts';
import { canonicalOf, canonicalText, hashOfCanonical } from './canonical.ts';
import { JsonFault, readJson } from './json-text.ts';

/** One definition as a server gave it just now. */
export interface OfferedItem {
  readonly kind: ItemKind;
  readonly id: string;
  /** As of a `LockedItem`. */
  readonly hash: string;
  readonly definition: Json;
  readonly text: string;
}

/** A definition that can be read in two ways, or in none, and so cannot be pinned. */
export interface RefusedItem {
  readonly kind: ItemKind;
  /** Undefined when even that cannot be told. */
  readonly id: string | undefined;
  readonly why: string;
}

/** Items of one backend, and what their definitions may take in all. */
export const MOST_ITEMS = 2000;
export const MOST_BYTES = 4 * 1024 * 1024;

const ID_MEMBER: Readonly<Record<Exclude<ItemKind, 'instructions'>, string>> = {
  tool: 'name',
  prompt: 'name',
  resource: 'uri',
  template: 'uriTemplate',
};

/** Reads one element of a list as it was sent. Every member counts, whatever it is. */
export function readItem(kind: Exclude<ItemKind, 'instructions'>, raw: string): OfferedItem | RefusedItem {
  try {
    const node = readJson(raw);
    if (node.kind !== 'object') return { kind, id: undefined, why: 'it is no object' };
    const named = node.members.get(ID_MEMBER[kind])?.value;
    if (named?.kind !== 'string' || named.value === '') {
      return { kind, id: undefined, why: `it has no \`${ID_MEMBER[kind]}\`` };
    }
    return itemOf(kind, named.value, canonicalOf(node));
  } catch (error) {
    if (error instanceof JsonFault) return { kind, id: looseId(kind, raw), why: error.message };
    throw error;
  }
}

/** What a server said in its handshake of how it is to be used. */
export function readInstructions(instructions: string): OfferedItem | RefusedItem {
  try {
    return itemOf('instructions', '', canonicalText(JSON.stringify({ instructions })));
  } catch (error) {
    if (error instanceof JsonFault) return { kind: 'instructions', id: '', why: error.message };
    throw error;
  }
}

/** What a definition is called by itself; undefined when it has no name that could be. */
export function idIn(kind: ItemKind, definition: Json): string | undefined {
  if (kind === 'instructions') return typeof definition['instructions'] === 'string' ? '' : undefined;
  const id = definition[ID_MEMBER[kind]];
  return typeof id === 'string' && id !== '' ? id : undefined;
}

export function isRefused(item: OfferedItem | RefusedItem): item is RefusedItem {
  return 'why' in item;
}

/** `text` has the form of RFC 8785. */
function itemOf(kind: ItemKind, id: string, text: string): OfferedItem {
  return { kind, id, hash: hashOfCanonical(text), definition: JSON.parse(text) as Json, text };
}

/** The name under which a person finds what was refused; what cannot be pinned needs no more. */
function looseId(kind: Exclude<ItemKind, 'instructions'>, raw: string): string | undefined {
  try {
    const id = (JSON.parse(raw) as Json | null)?.[ID_MEMBER[kind]];
    return typeof id === 'string' ? id : undefined;
  } catch {
    return undefined;
  }
}
