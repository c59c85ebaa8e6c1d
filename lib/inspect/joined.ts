import type { Pieces } from './pieces.ts';

/** Texts of a message laid end to end, so that one pass sees them all, and what is split over several as well. */
export interface Joined {
  readonly text: string;
  /** Where each of {@link pieces} begins in the text, ascending. */
  readonly starts: readonly number[];
  /** Index of the piece of each. */
  readonly pieces: readonly number[];
}

/** Where something stands in the texts it was joined from. */
export interface Located {
  /** -1 when it goes across several; then `start` and `end` say which: the first of them, and the one after the last. */
  readonly piece: number;
  readonly start: number;
  readonly end: number;
}

/** A line of its own for each, so that what counts at the beginning of a line counts at the beginning of a text. */
const BETWEEN = '\n';
/** Members whose values are words of the protocol; between two texts of content blocks they would keep a sentence apart. */
const LABELS = new Set(['type', 'role', 'mimeType']);
const LONGEST_LABEL = 40;
const FEW_NAMES = 16;

export interface JoinedTexts {
  readonly values: Joined;
  readonly names: Joined;
}

/** By the very list, of messages that come again. */
const KEPT = new WeakMap<Pieces['list'], JoinedTexts>();

/** Keeps what {@link joinedOf} makes of the texts as long as somebody has these. */
export function keepJoined({ list }: Pieces): void {
  KEPT.set(list, joined(list));
}

/** The values of a message, and apart from them its names: those of members, each once, and labels such as `"type":"text"`. */
export function joinedOf({ list }: Pieces): JoinedTexts {
  return KEPT.get(list) ?? joined(list);
}

function joined(list: Pieces['list']): JoinedTexts {
  const values = new Joining();
  const names = new Joining();
  let known: Set<string> | undefined;
  let name = '';
  for (let index = 0; index < list.length; index++) {
    const { text, isKey } = list[index]!;
    const isName = isKey || isLabel(name, text);
    name = isKey ? text : '';
    if (!isName) values.add(text, index);
    else if (known === undefined && names.count < FEW_NAMES) {
      // Most messages have few names, and comparing these costs less than keeping a set.
      if (!names.has(text)) names.add(text, index);
    } else if (!(known ??= names.set()).has(text)) {
      known.add(text);
      names.add(text, index);
    }
  }
  return { values: values.joined(), names: names.joined() };
}

/** Whether a value of a member called `name` only says what others are. */
export function isLabel(name: string, text: string): boolean {
  return name !== '' && text.length <= LONGEST_LABEL && LABELS.has(name);
}

class Joining {
  readonly #texts: string[] = [];
  readonly #starts: number[] = [];
  readonly #pieces: number[] = [];
  #length = 0;

  get count(): number {
    return this.#texts.length;
  }

  add(text: string, piece: number): void {
    this.#texts.push(text);
    this.#starts.push(this.#length);
    this.#pieces.push(piece);
    this.#length += text.length + BETWEEN.length;
  }

  has(text: string): boolean {
    return this.#texts.includes(text);
  }

  set(): Set<string> {
    return new Set(this.#texts);
  }

  joined(): Joined {
    return { text: textOf(this.#texts), starts: this.#starts, pieces: this.#pieces };
  }
}

function textOf(texts: readonly string[]): string {
  const { length } = texts;
  if (length > FEW_NAMES) return texts.join(BETWEEN);
  let text = length === 0 ? '' : texts[0]!;
  for (let i = 1; i < length; i++) text += BETWEEN + texts[i]!;
  return text;
}

/** Where `[start, end)` of the joined text comes from. */
export function locate({ starts, pieces }: Joined, start: number, end: number): Located {
  const first = lastAtMost(starts, start);
  const last = lastAtMost(starts, Math.max(start, end - 1));
  const from = starts[first] ?? 0;
  if (first === last) return { piece: pieces[first] ?? -1, start: start - from, end: end - from };
  return { piece: -1, start: pieces[first]!, end: pieces[last]! + 1 };
}

function lastAtMost(starts: readonly number[], position: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle]! <= position) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}
