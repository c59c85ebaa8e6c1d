import type { Code } from './codes.ts';
import type { Era } from './era.ts';
import type { ListedKind, Offered } from './offered.ts';
import type { LockedItem, Standing } from './registry.ts';

/** What checks ask of the registry. */
export interface Pins {
  /** Whether what this backend offers is compared with anything. */
  watches(backend: string): boolean;
  standing(backend: string, offered: Offered): Standing;
  /** Why nothing can be known of what is pinned, while that is so. */
  fault(backend: string): PinFault | undefined;
  /** What the lockfile says a tool does. */
  label(backend: string, tool: string, hash: string | undefined): EffectLabel | undefined;
}

export interface PinFault {
  readonly code: Code;
  readonly text: string;
}

/** An effect from a lockfile. One nobody vouches for, or of another definition, may only raise what is known otherwise. */
export interface EffectLabel {
  readonly effect: NonNullable<LockedItem['effect']>;
  readonly vouched: boolean;
}

/** What a server says when it is opened. */
export interface Greeting {
  readonly era: Era;
  /** JSON text of its answer to the handshake. */
  readonly result: string;
  readonly instructions: string | undefined;
  /** The lists it says it has. */
  readonly lists: readonly ListedKind[];
}

/** What the gateway asks and tells of one backend. */
export interface BackendPins {
  /** It is seen for the first time, and these lists must still be read to their end before it is pinned. */
  readonly unread: readonly ListedKind[];
  /** It was opened; answers the instructions its clients may see. */
  greeted(greeting: Greeting): string | undefined;
  /** Takes note of definitions, each the JSON text that was sent; the answers are in the same order. */
  read(kind: ListedKind, era: Era, texts: readonly string[]): readonly Offered[];
  /** The config keeps old definitions of tools that were changed. */
  readonly keepsOld: boolean;
  /** The definitions clients see in place of these then; undefined when all are the same. */
  shown(kind: ListedKind, era: Era, texts: readonly string[]): readonly string[] | undefined;
  /** The whole list of a kind, read to its end. */
  listed(kind: ListedKind, all: readonly Offered[]): void;
  /** What it would say if it were started, as far as somebody vouches for it; undefined when it must be asked. */
  readonly remembered: Remembered | undefined;
  /** How it stands, for people. */
  readonly state: PinState;
}

/** What a server said and listed when it was pinned. */
export interface Remembered {
  readonly era: Era;
  /** JSON text of its answer to the handshake, with instructions. */
  readonly result: string;
  /** The definitions of a kind, as JSON texts. */
  definitions(kind: ListedKind): readonly string[];
}

export interface PinState {
  /** `learning` will be pinned as it is; `unvouched` was pinned by somebody nobody here knows. */
  readonly pins: 'none' | 'learning' | 'first_use' | 'reviewed' | 'unvouched' | 'broken';
  readonly changed: number;
  readonly added: number;
  readonly vanished: number;
  readonly refused: number;
}

/** The registry as a gateway uses it. */
export interface Registry extends Pins {
  /** Undefined for a backend of which nothing is pinned. */
  of(backend: string): BackendPins | undefined;
}

/** Nothing is pinned, and nothing is compared. */
export const NO_PINS: Registry = {
  of: () => undefined,
  watches: () => false,
  standing: () => 'new',
  fault: () => undefined,
  label: () => undefined,
};
