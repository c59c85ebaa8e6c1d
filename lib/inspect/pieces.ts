import type { Payload } from '../wire/payload.ts';
import type { Piece } from './assessment.ts';
import { type Place, pointerTo, TextWalk } from './text-walk.ts';

/** Every text of a message, in the order they stand; what a number or `true` says is no text. */
export interface Pieces {
  readonly list: readonly Piece[];
  /** Why some texts are missing; undefined when none is. */
  readonly unseen: string | undefined;
}

export interface PieceLimits {
  readonly pieces: number;
  /** Objects and arrays inside each other. */
  readonly depth: number;
  /** UTF-16 code units of all texts. */
  readonly characters: number;
}

/** A frame has 8 MiB at most, and the scanner of frames refuses what is deeper, so only floods of tiny texts come near. */
export const PIECE_LIMITS: PieceLimits = { pieces: 200_000, depth: 512, characters: 16 << 20 };

/**
 * The texts of one JSON value that has passed the scanner of frames. Of two members with one name both are given. Images and
 * sound in base64 are not text; where they claim to be base64 and are not, they are given like all else.
 */
export function piecesOf(payload: Payload, limits: PieceLimits = PIECE_LIMITS): Pieces {
  const walk = new TextWalk(payload.bytes(), limits);
  const list: Piece[] = [];
  const unseen = walk.run((text, isKey, place) => {
    if (!isTraceOfCall(text, place)) list.push(new LazyPiece(text, isKey, place));
  });
  return { list, unseen };
}

const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;
const TRACEPARENT_LENGTH = 55;

/**
 * Whether it is the `traceparent` of a request, in the one form the standard gives it (W3C Trace Context, 3.2): figures with no
 * room for words, and other ones with each call, so that nothing could be known again for them.
 */
function isTraceOfCall(text: string, place: Place | undefined): boolean {
  if (text.length !== TRACEPARENT_LENGTH || place?.key !== 'traceparent') return false;
  const { within } = place;
  return within?.key === '_meta' && within.within === undefined && TRACEPARENT.test(text);
}

/** A text that stands alone, such as a description; `at` is its JSON pointer. */
export function pieceOf(text: string, at = ''): Pieces {
  return { list: [{ at, text, isKey: false }], unseen: undefined };
}

/** Its pointer is only put together when somebody asks, which is when something was found. */
class LazyPiece implements Piece {
  readonly text: string;
  readonly isKey: boolean;
  readonly #place: Place | undefined;

  constructor(text: string, isKey: boolean, place: Place | undefined) {
    this.text = text;
    this.isKey = isKey;
    this.#place = place;
  }

  get at(): string {
    return pointerTo(this.#place);
  }
}
