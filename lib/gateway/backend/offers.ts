import type { Era } from '../../model/era.ts';
import { LISTED_KINDS, type ListedKind, type Offered } from '../../model/offered.ts';
import type { BackendPins } from '../../model/pins.ts';
import { Listing } from './listing.ts';

/** One page of a list as its server sent it. */
export interface SentPage {
  readonly kind: ListedKind;
  /** From 1 on. */
  readonly number: number;
  /** Its items, each as the JSON text that was sent. */
  readonly texts: readonly string[];
  /** What {@link Offers.moment} was when it was asked for; undefined for one that is remembered. */
  readonly asked: number | undefined;
  readonly isLast: boolean;
}

/** What is known of the list of one kind. */
interface OfferedList {
  readonly listing: Listing<Offered>;
  /** It counts up whenever what was listed is out of date. */
  moment: number;
  /** The oldest moment at which a page of the list that is being read was asked for. */
  asked: number | undefined;
  /** All of it was read after the last change. */
  isCurrent: boolean;
  /** What clients were told of it before it was ever read. */
  told: string | undefined;
}

/**
 * What one process of a backend offers now, for comparison with what is pinned. A list is current from when all of it
 * was read until the server says that it changed, or is gone; nothing is judged by an older one.
 */
export class Offers {
  readonly #pins: BackendPins;
  readonly #lists = new Map<ListedKind, OfferedList>(LISTED_KINDS.map((kind) => [kind, unread()]));
  readonly #differs: (kind: ListedKind) => void;

  /** `differs` hears when a list is not what clients were told before the backend was started. */
  constructor(pins: BackendPins, differs: (kind: ListedKind) => void) {
    this.#pins = pins;
    this.#differs = differs;
  }

  /** Of what is not listed there is no hash. */
  get(kind: ListedKind, id: string): Offered {
    return this.#list(kind).listing.get(id) ?? { kind, id, hash: undefined };
  }

  isCurrent(kind: ListedKind): boolean {
    return this.#list(kind).isCurrent;
  }

  moment(kind: ListedKind): number {
    return this.#list(kind).moment;
  }

  /** The list of a kind is out of date. */
  outdate(kind: ListedKind): void {
    const list = this.#list(kind);
    list.moment++;
    list.isCurrent = false;
  }

  /** Takes note of a page; answers which of its items may be shown, since an id that stands twice could mean either. */
  note({ kind, number, texts, asked, isLast }: SentPage, era: Era): boolean[] {
    const list = this.#list(kind);
    const { listing } = list;
    listing.begin(number);
    list.asked = number === 1 ? asked : earlier(list.asked, asked);
    const here = new Set<string>();
    const shown = this.#pins.read(kind, era, texts).map((offered) => {
      const { id } = offered;
      if (here.has(id) || listing.isSurplus(id, number)) return false;
      here.add(id);
      listing.note(id, number, offered);
      return true;
    });
    if (isLast && listing.complete(number)) this.#complete(kind, list);
    return shown;
  }

  /** There is no such list, so nothing of it is offered. */
  none(kind: ListedKind, asked: number): void {
    const list = this.#list(kind);
    list.listing.begin(1);
    list.listing.complete(1);
    list.asked = asked;
    this.#complete(kind, list);
  }

  #complete(kind: ListedKind, list: OfferedList): void {
    const all = [...list.listing.all()];
    if (list.asked === undefined) {
      list.told = said(all);
      return;
    }
    list.isCurrent = list.asked === list.moment;
    this.#pins.listed(kind, all);
    if (list.told !== undefined && list.told !== said(all)) this.#differs(kind);
    list.told = undefined;
  }

  #list(kind: ListedKind): OfferedList {
    return this.#lists.get(kind)!;
  }
}

function unread(): OfferedList {
  return { listing: new Listing(), moment: 0, asked: undefined, isCurrent: false, told: undefined };
}

function said(all: readonly Offered[]): string {
  return JSON.stringify(all.map(({ id, hash }) => [id, hash]).sort());
}

function earlier(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : Math.min(a, b);
}
