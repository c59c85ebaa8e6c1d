import type { Units } from '../units.ts';

/** A text in which no two words stand far apart. */
export interface ClosedUp {
  readonly text: string;
  /** Where each character stood. */
  readonly at: Int32Array;
}

/** As many as patterns allow between two words (`scripts/rules/pattern.ts`). */
const MOST_BETWEEN = 24;

/** The text with one space for each run of white space that is too long for patterns; undefined when there is none. */
export function closedUp(text: string, units: Units): ClosedUp | undefined {
  if (!hasLongGap(units)) return undefined;
  const at = new Int32Array(text.length);
  let made = '';
  let from = 0;
  let length = 0;
  const copy = (to: number) => {
    made += text.slice(from, to);
    for (let i = from; i < to; i++) at[length++] = i;
  };
  for (let i = MOST_BETWEEN; i < text.length; i += MOST_BETWEEN) {
    if (!isWhite(units, i)) continue;
    let start = i;
    let end = i;
    while (start > from && isWhite(units, start - 1)) start--;
    while (isWhite(units, end)) end++;
    if (end - start <= MOST_BETWEEN) continue;
    copy(start);
    made += ' ';
    at[length++] = start;
    from = end;
    i = Math.max(i, end - MOST_BETWEEN);
  }
  copy(text.length);
  return { text: made, at };
}

/** A run longer than that covers one of the places that are looked at. */
function hasLongGap(units: Units): boolean {
  for (let i = MOST_BETWEEN; i < units.length; i += MOST_BETWEEN) {
    if (!isWhite(units, i)) continue;
    let size = 1;
    for (let at = i - 1; at >= 0 && isWhite(units, at); at--) size++;
    for (let at = i + 1; isWhite(units, at); at++) size++;
    if (size > MOST_BETWEEN) return true;
    i += MOST_BETWEEN - (size % MOST_BETWEEN);
  }
  return false;
}

function isWhite({ array, length }: Units, i: number): boolean {
  if (i >= length) return false;
  const c = array[i]!;
  return c === 32 || (c >= 9 && c <= 13) || c === 0xa0;
}
