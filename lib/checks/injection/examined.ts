import { createHash } from 'node:crypto';
import type { Assessment, Hit, Piece } from '../../inspect/assessment.ts';
import { printable } from '../../model/printable.ts';

/** What was found in a message, and in which texts. */
export interface Examined extends Assessment {
  /** All of its texts; of a message that was read elsewhere those in which something was found. */
  readonly pieces: readonly Piece[];
  /** What it says last, as `Tails` remembers it. */
  end(): string;
  /** Name of a detector that failed and whose failure refuses the text. */
  readonly failed: string | undefined;
  /** What else is worth recording: detectors that failed or judged. */
  readonly remarks: readonly string[];
}

/** `structural` is what no harmless text has, `scored` what reaches the threshold, `unseen` what nobody looked at. */
export type Outcome = 'clean' | 'unseen' | 'scored' | 'structural';

const MOST_FINDINGS = 10;
const PLAIN_KEY = /^[\w.$@-]{1,40}$/;

export function outcomeOf({ structural, score, unseen }: Assessment, threshold: number): Outcome {
  if (structural.length > 0) return 'structural';
  if (score >= threshold) return 'scored';
  return unseen === undefined ? 'clean' : 'unseen';
}

/** SHA-256 of the text a hit stands for, hexadecimal; undefined when it goes across several. */
export function spanHash({ piece, start, end }: Hit, pieces: readonly Piece[]): string | undefined {
  const text = pieces[piece]?.text.slice(start, end);
  return text === undefined ? undefined : createHash('sha256').update(text).digest('hex');
}

/** What the record says of it: which rules, where, how much; never the text. */
export function findingsOf(examined: Examined): string[] {
  const { structural, hits, unseen, pieces, remarks } = examined;
  const told = [...structural, ...hits].slice(0, MOST_FINDINGS).map((hit) => {
    const hash = spanHash(hit, pieces);
    const place = hit.piece === -1 ? 'across texts' : pointerOf(pieces[hit.piece]!);
    return `${hit.rule} at ${place}, view ${hit.view}${hash === undefined ? '' : `, sha256 ${hash}`}`;
  });
  const more = structural.length + hits.length - told.length;
  return [
    `score ${roundedScore(examined)}`,
    ...told,
    ...(more > 0 ? [`${more} more`] : []),
    ...(unseen === undefined ? [] : [`not all was looked at: ${unseen}`]),
    ...remarks,
  ];
}

export function roundedScore({ score }: Assessment): number {
  return Math.round(score * 100) / 100;
}

/** Ids of the rules that found something, each once. */
export function rulesOf({ structural, hits }: Assessment): string[] {
  return [...new Set([...structural, ...hits].map(({ rule }) => rule))].slice(0, MOST_FINDINGS);
}

/** The place of a text as it may be written down: a name that is no plain word could be the text itself. */
export function pointerOf({ at }: Piece): string {
  const keys = at.split('/').map((key) => (key === '' || PLAIN_KEY.test(key) ? key : '*'));
  const shown = printable(keys.join('/'), 200);
  return shown === '' ? 'the value itself' : shown;
}
