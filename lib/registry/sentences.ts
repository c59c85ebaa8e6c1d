import { hasActing } from '../model/printable.ts';

const ENDS = /(?<=[.!?。！？])\s+|[\r\n]+/u;
const EMOJI = /\p{Extended_Pictographic}(?:\ufe0f|\u200d\p{Extended_Pictographic}|[\u{1f3fb}-\u{1f3ff}])*/gu;

/** The sentences of a text that another one has not, in their order. */
export interface SentenceChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
}

/** A text as its sentences and lines, without the space around them. */
export function sentencesOf(text: string): string[] {
  return text
    .split(ENDS)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
}

/** The sentence or line that holds the character at `index`, or the first one after it. */
export function sentenceAt(text: string, index: number): string {
  const ends = [...text.matchAll(new RegExp(ENDS, 'gu'))];
  const start = ends.findLast((end) => end.index + end[0].length <= index);
  const end = ends.find((one) => one.index > index);
  return text.slice(start === undefined ? 0 : start.index + start[0].length, end?.index).trim();
}

/** What `now` says that `was` did not, and the other way round. Sentences that only moved are in neither. */
export function sentenceChanges(was: string, now: string): SentenceChanges {
  return { added: beyond(sentencesOf(now), sentencesOf(was)), removed: beyond(sentencesOf(was), sentencesOf(now)) };
}

function beyond(these: readonly string[], those: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const sentence of those) left.set(sentence, (left.get(sentence) ?? 0) + 1);
  return these.filter((sentence) => {
    const count = left.get(sentence) ?? 0;
    left.set(sentence, count - 1);
    return count <= 0;
  });
}

/** Whether a text has characters nobody sees; line ends, tabs and what joins emoji are not meant. */
export function hidesCharacters(text: string): boolean {
  return hasActing(text.replace(/[\t\r\n]/g, ' ').replace(EMOJI, ''));
}
