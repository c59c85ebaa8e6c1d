import type { ItemKind } from '../model/registry.ts';
import { byCodeUnits } from './canonical.ts';

/** Every kind of item, in the order of a lockfile. */
export const KINDS: readonly ItemKind[] = ['tool', 'prompt', 'resource', 'template', 'instructions'];

/** What names one item of a backend. */
export interface ItemName {
  readonly kind: ItemKind;
  readonly id: string;
}

/** The order of items in a lockfile: by kind, then by id. */
export function byKindAndId(a: ItemName, b: ItemName): number {
  return KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || byCodeUnits(a.id, b.id);
}

/** One text for each item of a backend, as a key of tables. */
export function keyOf({ kind, id }: ItemName): string {
  return `${kind} ${id}`;
}

/** An item as people name it: a tool as `backend/tool`, others with their kind. */
export function itemName(backend: string, { kind, id }: ItemName): string {
  if (kind === 'tool') return `${backend}/${id}`;
  return kind === 'instructions' ? `${backend} instructions` : `${kind} ${backend}/${id}`;
}
