import type { Offered } from '../model/offered.ts';
import type { ItemKind, LockedItem, Standing } from '../model/registry.ts';
import { keyOf } from './order.ts';

/** How an item is not as it was pinned; tools have events of their own. */
type Difference = 'added' | 'changed' | 'vanished' | 'refused';

export type PinEvent =
  | 'pinned'
  | 'pins_not_kept'
  | 'pins_not_believed'
  | 'more_differences'
  | `${'tool' | 'item'}_${Difference}`;

/** Tells the log and the evidence. */
export type Report = (event: PinEvent, fields: Readonly<Record<string, unknown>>) => void;

/** News of one backend that are told one by one. */
const MOST_TOLD = 200;
const WORDS: Readonly<Record<Exclude<Standing, 'pinned'>, Difference>> = {
  new: 'added',
  changed: 'changed',
  vanished: 'vanished',
  refused: 'refused',
};

/** What of a backend is not as it was pinned, each told of once however often it is listed. */
export class Differences {
  readonly #backend: string;
  readonly #report: Report;
  readonly #found = new Map<string, Standing>();
  readonly #told = new Set<string>();
  #untold = 0;

  constructor(backend: string, report: Report) {
    this.#backend = backend;
    this.#report = report;
  }

  note(offered: Offered, standing: Standing, pinned: LockedItem | undefined): void {
    const key = keyOf(offered);
    if (standing === 'pinned' || comesAndGoes(offered.kind, standing)) return void this.#found.delete(key);
    this.#found.set(key, standing);
    const news = `${standing} ${key} ${offered.hash}`;
    if (this.#told.has(news)) return;
    if (this.#told.size >= MOST_TOLD) {
      if (this.#untold++ === 0) this.#report('more_differences', { backend: this.#backend });
      return;
    }
    this.#told.add(news);
    const isTool = offered.kind === 'tool';
    this.#report(`${isTool ? 'tool' : 'item'}_${WORDS[standing]}`, {
      backend: this.#backend,
      ...(isTool ? {} : { of: offered.kind }),
      ...(offered.id === '' ? {} : { item: offered.id }),
      ...(pinned === undefined ? {} : { pinned: pinned.hash }),
      ...(offered.hash === undefined ? {} : { offered: offered.hash }),
      ...(offered.refused === undefined ? {} : { why: offered.refused }),
    });
  }

  /** What is not listed any more is not new or changed either. */
  forget(kind: ItemKind, here: ReadonlySet<string>): void {
    for (const key of this.#found.keys()) if (key.startsWith(`${kind} `) && !here.has(key)) this.#found.delete(key);
  }

  count(standing: Standing): number {
    let count = 0;
    for (const one of this.#found.values()) if (one === standing) count++;
    return count;
  }
}

/** Resources are added and removed all the time, which is no news. */
function comesAndGoes(kind: ItemKind, standing: Standing): boolean {
  return kind === 'resource' && (standing === 'new' || standing === 'vanished');
}
