import { createHash } from 'node:crypto';
import type { Piece } from './assessment.ts';

/** Characters of what came before that are looked at again with what follows, within one text. */
export const CARRIED = 512;
/** Of what a tool said last, since a page may end in the middle of a sentence. */
export const TAIL = 256;
const MOST_TAILS = 4096;
const LONGEST_NAME = 256;
/** What results say of themselves, over and over. */
const FORMAL: ReadonlySet<string> = new Set('text complete user assistant text/plain'.split(' '));

/** How each session heard each tool end, so that what is split over two messages is found. The oldest are forgotten first. */
export class Tails {
  readonly #ends = new Map<string, string>();
  /** What was looked for last, since whoever asks for an end remembers the next one. */
  #session = '';
  #tool = '';
  #key = keyOf('', '');
  /** What was remembered last, and is forgotten last. */
  #newest: string | undefined;

  /** The end of the last text; empty when there was none. */
  of(session: string, tool: string): string {
    return this.#ends.get(this.#keyOf(session, tool)) ?? '';
  }

  remember(session: string, tool: string, text: string): void {
    const key = this.#keyOf(session, tool);
    if (key !== this.#newest || text === '') this.#ends.delete(key);
    if (text === '') return;
    // A copy, or the whole text would stay in memory with its end.
    this.#ends.set(key, `\n${text.slice(-TAIL)}`.slice(1));
    this.#newest = key;
    if (this.#ends.size > MOST_TAILS) this.#ends.delete(this.#ends.keys().next().value!);
  }

  forget(session: string): void {
    const prefix = keyOf(session, '');
    for (const key of this.#ends.keys()) if (key.startsWith(prefix)) this.#ends.delete(key);
  }

  #keyOf(session: string, tool: string): string {
    if (tool.length > LONGEST_NAME) return keyOf(session, tool);
    if (session === this.#session && tool === this.#tool) return this.#key;
    this.#session = session;
    this.#tool = tool;
    this.#key = keyOf(session, tool);
    return this.#key;
  }
}

/** The end of what a message says, without what messages say of themselves. */
export function endOf(pieces: readonly Piece[]): string {
  let text = '';
  for (let i = pieces.length - 1; i >= 0 && text.length < TAIL; i--) {
    const piece = pieces[i]!;
    if (!piece.isKey && !FORMAL.has(piece.text)) text = piece.text.slice(-TAIL) + text;
  }
  return text;
}

/** The end of two texts; what is short goes on with what came before it, or a sentence over three pages would never be seen. */
export function endAfter(before: string, end: string): string {
  if (end === '') return before;
  return end.length >= TAIL || before === '' ? end : `${before} ${end}`.slice(-TAIL);
}

/** Of each of two texts, what an order can have that begins in one and ends in the other. */
const REACH = 128;
/** Behind the end of a sentence or of a structure nothing goes on. */
const CLOSED = /[.!?}\]>]\s*$/;

/**
 * Two texts as one, with a space between them and without; where the second begins, and what was put before it. None where
 * the first is over.
 */
export function textJoint(before: string, after: string): { text: string; border: number; begins: number }[] {
  const end = before.slice(-REACH);
  if (CLOSED.test(end.slice(-8))) return [];
  const head = after.slice(0, REACH);
  const border = end.length;
  return [
    { text: end + head, border, begins: border },
    { text: `${end} ${head}`, border: border + 1, begins: border + 1 },
  ];
}

/** What a client calls a resource may be as long as a message. */
function keyOf(session: string, tool: string): string {
  const short = tool.length <= LONGEST_NAME ? tool : createHash('sha256').update(tool).digest('base64');
  return `${session}\0${short}`;
}
