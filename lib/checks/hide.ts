import type { ListItem } from '../model/call.ts';
import type { Edit } from '../model/decision.ts';
import { withoutElements } from '../wire/remove.ts';

/** The edit that takes entries out of a list, by their index. `items` are all of them, where they stand now. */
export function hide(items: readonly ListItem[], hidden: ReadonlySet<number>): Edit {
  return {
    name: `hide ${hidden.size}`,
    apply: (body) => withoutElements(body, items, (index) => hidden.has(index)),
    keeps: (index) => !hidden.has(index),
  };
}
