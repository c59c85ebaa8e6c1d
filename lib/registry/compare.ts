import type { ItemKind, LockedBackend, LockedItem, Standing } from '../model/registry.ts';
import type { OfferedItem, RefusedItem } from './offered.ts';
import { byKindAndId, type ItemName, keyOf } from './order.ts';
import { differsInVolatileOnly } from './volatile.ts';

/** Where one item stands with its pin. */
export interface Compared extends ItemName {
  readonly standing: Standing;
  readonly pinned: LockedItem | undefined;
  readonly offered: OfferedItem | undefined;
  /** It changed in nothing but dates, times, versions and counts in descriptions. It has changed all the same. */
  readonly volatileOnly: boolean;
  /** Why it is refused. */
  readonly why: string | undefined;
}

/** The pins of one backend, found by kind and id. */
export class Pins {
  readonly #items: ReadonlyMap<string, LockedItem>;

  constructor(section: LockedBackend | undefined) {
    this.#items = new Map((section?.items ?? []).map((item) => [keyOf(item), item]));
  }

  get(name: ItemName): LockedItem | undefined {
    return this.#items.get(keyOf(name));
  }

  all(): Iterable<LockedItem> {
    return this.#items.values();
  }
}

/** Where one item that is offered stands. Nothing is trusted of one that never was pinned. */
export function standingOf(pins: Pins, offered: OfferedItem | RefusedItem): Compared {
  const { kind } = offered;
  if ('why' in offered) {
    const id = offered.id ?? '';
    const pinned = offered.id === undefined ? undefined : pins.get({ kind, id });
    return { kind, id, standing: 'refused', pinned, offered: undefined, volatileOnly: false, why: offered.why };
  }
  const { id } = offered;
  const pinned = pins.get(offered);
  const common = { kind, id, pinned, offered, why: undefined };
  if (pinned === undefined) return { ...common, standing: 'new', volatileOnly: false };
  if (pinned.hash === offered.hash) return { ...common, standing: 'pinned', volatileOnly: false };
  const volatileOnly = differsInVolatileOnly(pinned.text, offered.text);
  return { ...common, standing: 'changed', volatileOnly };
}

/**
 * Everything that is pinned or offered, in order. What is not offered has vanished if its kind is among `complete`: those
 * whose whole list was read. An id that is offered twice is refused, for a client could take either.
 */
export function compare(
  section: LockedBackend | undefined,
  offered: readonly (OfferedItem | RefusedItem)[],
  complete: ReadonlySet<ItemKind>,
): Compared[] {
  const pins = new Pins(section);
  const found = withoutTwins(offered).map((item) => standingOf(pins, item));
  const here = new Set(found.map(keyOf));
  const vanished = [...pins.all()]
    .filter((pinned) => complete.has(pinned.kind) && !here.has(keyOf(pinned)))
    .map((pinned): Compared => {
      const { kind, id } = pinned;
      return { kind, id, standing: 'vanished', pinned, offered: undefined, volatileOnly: false, why: undefined };
    });
  return [...found, ...vanished].sort(byKindAndId);
}

/** Items that stand twice become one that is refused. */
function withoutTwins(offered: readonly (OfferedItem | RefusedItem)[]): (OfferedItem | RefusedItem)[] {
  const byKey = new Map<string, OfferedItem | RefusedItem>();
  const nameless: RefusedItem[] = [];
  for (const item of offered) {
    if (item.id === undefined) {
      nameless.push(item as RefusedItem);
      continue;
    }
    const key = keyOf({ kind: item.kind, id: item.id });
    const twin: RefusedItem = { kind: item.kind, id: item.id, why: 'it is offered twice' };
    byKey.set(key, byKey.has(key) ? twin : item);
  }
  return [...byKey.values(), ...nameless];
}
