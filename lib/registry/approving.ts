import type { Approval, LockedBackend, LockedItem, LockedLaunch } from '../model/registry.ts';
import type { Compared } from './compare.ts';
import type { OfferedItem } from './offered.ts';
import { byKindAndId, keyOf } from './order.ts';
import { isReviewed } from './reviewed.ts';

/** What a person has agreed to for one backend, item by item as they were shown. */
export interface Agreed {
  /** Definitions that are pinned as they are now. */
  readonly items: readonly OfferedItem[];
  /** Pins that go. */
  readonly removed: readonly LockedItem[];
  readonly launch: LockedLaunch;
  readonly server: LockedBackend['server'];
  readonly approved: Approval;
  /** What they say the tools do, by {@link keyOf}; what was said before stays where this says nothing. */
  readonly effects?: ReadonlyMap<string, NonNullable<LockedItem['effect']>>;
}

/** What is to be done with an item when a backend is pinned: with `update`, what changed and what vanished counts as well. */
export function isToAgree({ standing, pinned }: Compared, update: boolean): boolean {
  if (standing === 'new') return true;
  if (standing === 'pinned') return pinned === undefined || !isReviewed(pinned);
  return update && (standing === 'changed' || standing === 'vanished');
}

/**
 * The section with what was agreed put into it. `before` is what the file holds by now, so that what others agreed to
 * meanwhile stays; a pin goes only if it is still the one that was shown.
 */
export function withAgreed(before: LockedBackend | undefined, agreed: Agreed): LockedBackend {
  const items = new Map((before?.items ?? []).map((item) => [keyOf(item), item]));
  for (const pin of agreed.removed) if (items.get(keyOf(pin))?.hash === pin.hash) items.delete(keyOf(pin));
  for (const item of agreed.items) items.set(keyOf(item), lockedItem(item, items.get(keyOf(item)), agreed));
  const { launch, server } = agreed;
  return { launch, server, items: [...items.values()].sort(byKindAndId) };
}

function lockedItem(item: OfferedItem, before: LockedItem | undefined, agreed: Agreed): LockedItem {
  const { kind, id, hash, definition, text } = item;
  const effect = agreed.effects?.get(keyOf(item)) ?? before?.effect;
  return {
    kind,
    id,
    hash,
    definition,
    text,
    approved: agreed.approved,
    ...(effect !== undefined && { effect }),
  };
}
