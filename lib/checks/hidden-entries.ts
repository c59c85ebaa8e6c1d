import type { Call, ListItem } from '../model/call.ts';
import { PASS, pass, type Verdict } from '../model/decision.ts';
import { hide } from './hide.ts';

/**
 * Takes entries out of a list. A merged list holds entries of backends that are only observed, too, and those stay:
 * nobody but who judges each entry can tell them apart.
 */
export function hidden(
  { resource }: Call,
  items: readonly ListItem[],
  observed: ReadonlySet<string>,
  isHidden: (item: ListItem) => boolean,
): Verdict {
  const merged = resource.backend === '';
  const hides = new Set<number>();
  let spared = 0;
  for (const [index, item] of items.entries()) {
    if (!isHidden(item)) continue;
    if (merged && observed.has(item.resource.backend)) spared++;
    else hides.add(index);
  }
  if (hides.size + spared === 0) return PASS;
  return pass({
    ...(hides.size === 0 ? {} : { edits: [hide(items, hides)] }),
    ...(spared === 0 ? {} : { findings: [`would hide ${spared}`] }),
  });
}
