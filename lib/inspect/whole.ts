import type { Assessment, Hit, Piece } from './assessment.ts';
import type { Pieces } from './pieces.ts';
import { endOf } from './tails.ts';

/** A message that was read as a whole somewhere else, and what of its texts is still needed of those who asked. */
export interface Whole {
  /** Its hits name places in {@link pieces}. */
  readonly assessment: Assessment;
  /** The texts in which something was found, in the order they stand; those between two of which one hit speaks as well. */
  readonly pieces: readonly Piece[];
  /** What it says last, as `Tails` remembers it. */
  readonly end: string;
  /** What others are shown of it: all of its texts, or of many the beginning and the end. */
  readonly shown: string;
}

/** Characters that are shown of a long message: its beginning, and half as much of its end. */
const MOST_BEGINNING = 48 * 1024;
const MOST_END = 24 * 1024;

export function wholeOf(pieces: Pieces, assessment: Assessment): Whole {
  const { list } = pieces;
  const named = [...new Set([...assessment.structural, ...assessment.hits].flatMap(piecesIn))].sort((a, b) => a - b);
  const places = new Map(named.map((index, place) => [index, place]));
  const placed = (hit: Hit): Hit => {
    if (hit.piece !== -1) return { ...hit, piece: places.get(hit.piece)! };
    const start = places.get(hit.start)!;
    return { ...hit, start, end: start + hit.end - hit.start };
  };
  const { structural, hits } = assessment;
  return {
    assessment: { ...assessment, structural: structural.map(placed), hits: hits.map(placed) },
    // Copies, since the pointer of a piece is only put together when somebody asks.
    pieces: named.map((index) => ({ at: list[index]!.at, text: list[index]!.text, isKey: list[index]!.isKey })),
    end: endOf(list),
    shown: shownOf(list),
  };
}

function piecesIn({ piece, start, end }: Hit): number[] {
  return piece === -1 ? Array.from({ length: end - start }, (_, index) => start + index) : [piece];
}

/** The texts one after the other, a line for each; of many only both ends are put together. */
export function shownOf(list: readonly Piece[]): string {
  const most = MOST_BEGINNING + MOST_END;
  let beginning = '';
  for (const { text } of list) {
    beginning += `${text.slice(0, most + 1)}\n`;
    if (beginning.length > most + 1) return `${beginning.slice(0, MOST_BEGINNING)}\n${lastOf(list)}`;
  }
  return beginning.slice(0, -1);
}

function lastOf(list: readonly Piece[]): string {
  let end = '';
  for (let index = list.length - 1; index >= 0 && end.length < MOST_END; index--) {
    end = `${list[index]!.text.slice(-MOST_END)}${end === '' ? '' : '\n'}${end}`;
  }
  return end.slice(-MOST_END);
}
