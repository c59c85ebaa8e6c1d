import type { Offered } from '../model/offered.ts';
import type { Pins } from '../model/pins.ts';
import type { Standing } from '../model/registry.ts';
import { isRefused, readItem } from '../registry/offered.ts';

/**
 * Pins in which everything stands as its case says: a definition that was approved, and the one that is offered now. What
 * no case speaks of is compared with nothing.
 */
export class CasePins implements Pins {
  readonly #standings = new WeakMap<Offered, Standing>();

  /** A tool as it is offered, where another definition of it, or the same, was approved; both are JSON texts. */
  offer(now: string, approved: string): Offered {
    const [item, pin] = [readItem('tool', now), readItem('tool', approved)];
    const offered: Offered = isRefused(item)
      ? { kind: 'tool', id: item.id ?? '', hash: undefined, refused: item.why }
      : { kind: 'tool', id: item.id, hash: item.hash };
    const isSame = !isRefused(item) && !isRefused(pin) && item.hash === pin.hash;
    this.#standings.set(offered, isRefused(item) ? 'refused' : isSame ? 'pinned' : 'changed');
    return offered;
  }

  watches(): boolean {
    return false;
  }

  standing(_backend: string, offered: Offered): Standing {
    return this.#standings.get(offered) ?? 'new';
  }

  fault(): undefined {
    return undefined;
  }

  label(): undefined {
    return undefined;
  }
}
