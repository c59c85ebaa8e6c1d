import { asObject, type Json } from '../model/json.ts';
import type { ListedKind, Offered } from '../model/offered.ts';
import type { Greeting } from '../model/pins.ts';
import type { Approval, LockedBackend, LockedItem, LockedLaunch } from '../model/registry.ts';
import { byKindAndId, keyOf } from './order.ts';

/**
 * The first sight of a backend: each definition is taken as it is seen first, and what was seen is whole when every
 * list was read to its end. Until then anything may still come; after that it is something new.
 */
export class Learning {
  readonly #items = new Map<string, LockedItem>();
  /** Kinds whose lists were not read to the end. */
  #open: Set<ListedKind> | undefined;
  #greeting: Greeting | undefined;

  begin(greeting: Greeting): void {
    if (this.#greeting !== undefined) return;
    this.#greeting = greeting;
    this.#open = new Set(greeting.lists);
  }

  get unread(): readonly ListedKind[] {
    return [...(this.#open ?? [])];
  }

  get isWhole(): boolean {
    return this.#open?.size === 0;
  }

  /** Whether it is too late for more of a kind. */
  isClosed(kind: ListedKind): boolean {
    return this.#open !== undefined && !this.#open.has(kind);
  }

  get(item: Pick<Offered, 'kind' | 'id'>): LockedItem | undefined {
    return this.#items.get(keyOf(item));
  }

  note(item: LockedItem): void {
    const key = keyOf(item);
    if (!this.#items.has(key)) this.#items.set(key, item);
  }

  /** The list of a kind was read to its end, and this is all that was in it. */
  close(kind: ListedKind, all: readonly Offered[]): void {
    if (this.#open?.delete(kind) !== true) return;
    const here = new Set(all.map(keyOf));
    for (const [key, item] of this.#items) if (item.kind === kind && !here.has(key)) this.#items.delete(key);
  }

  /** What was learned; there must have been a greeting. */
  section(launch: LockedLaunch, approved: Approval): LockedBackend {
    const { era, result } = this.#greeting!;
    const { instructions: _, ...rest } = (asObject(JSON.parse(result)) ?? {}) as Json;
    const items = [...this.#items.values()].sort(byKindAndId).map((item) => ({ ...item, approved }));
    return { launch, server: { era, result: rest }, items };
  }
}
