import type { Loss } from '../model/call.ts';
import type { ListedKind, Offered } from '../model/offered.ts';
import type { NameEntry } from '../protocol/names.ts';
import type { Payload } from '../wire/payload.ts';
import type { ListKind, NamedKind, ToolFacts } from './facts.ts';

/** What one backend offers, as far as it has been listed. */
export interface CatalogOf<Session> {
  /** The tools it listed, under its own names. */
  readonly toolNames: string[];
  tool(name: string): ToolFacts;
  /** What a client's name for one of its tools or prompts stands for. */
  named(kind: NamedKind, exposed: string): NameEntry | undefined;
  /** What is offered under this id now, to be compared with what is pinned; undefined where nothing is compared. */
  offered(kind: ListedKind, id: string): Offered | undefined;
  /** Notes a page of a list; answers which of its items may be shown. */
  note(page: ListedPage): boolean[];
  /** Counts up whenever what was listed of a kind is out of date; for the page that is asked for now. */
  moment(kind: ListedKind): number;
  /** The lists are out of date: whoever needs one next asks for it. */
  invalidate(): void;
  /** The server says that lists changed, so no call is judged by what it listed before. */
  announced(kind: ListKind): void;
  /**
   * Makes sure the list is known and not older than a few seconds; `then` is called whatever happens, unless whoever
   * waits calls what this answers.
   */
  load(kind: NamedKind, session: Session, then: Loaded): () => void;
  /** The same for what must be known to judge a call: all of it was listed after the last change. */
  whenCurrent(kind: ListedKind, session: Session | undefined, then: Loaded): () => void;
  isCurrent(kind: ListedKind): boolean;
  /** Whether what was judged is what is offered now. */
  stands(judged: Offered): boolean;
}

export type Loaded = (loss: Loss | undefined) => void;

/** One page of a list. */
export interface ListedPage {
  readonly kind: ListedKind;
  /** From 1 on. */
  readonly number: number;
  /** Its items, each a JSON text, as they are used from here on. */
  readonly items: readonly Payload[];
  /** The same as the server sent them. */
  readonly sent: readonly Payload[];
  /** What `moment` was when it was asked for; undefined for one that is remembered. */
  readonly asked: number | undefined;
  /** Nothing follows, so what is not known does not exist. */
  readonly isLast: boolean;
}
