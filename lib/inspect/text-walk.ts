import { interned } from '../wire/interned.ts';
import { endOfString } from '../wire/string-end.ts';
import { unquote } from '../wire/walk.ts';
import { isBase64, isTextual, textInBase64 } from './blobs.ts';

/** A member or an element, by the one it is in; undefined is the whole value. */
export interface Place {
  readonly within: Place | undefined;
  readonly key: string | number;
}

/** JSON pointer (RFC 6901) to a place. */
export function pointerTo(place: Place | undefined): string {
  const keys: string[] = [];
  for (let at = place; at !== undefined; at = at.within) keys.push(String(at.key));
  return keys
    .reverse()
    .map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}

type OnText = (text: string, isKey: boolean, place: Place | undefined) => void;

/** An object or array that is being read. */
interface Open {
  readonly place: Place | undefined;
  readonly isObject: boolean;
  /** Elements so far. */
  count: number;
  /** Its member `type`, when it says that `data` is not text. */
  isMedia: boolean;
  /** Its member `mimeType`, when it says that what is sent as bytes is text. */
  isTextual: boolean;
  /** Base64 of a member `data` or `blob`, since what it is may be said after it. */
  held: { readonly start: number; readonly end: number; readonly place: Place } | undefined;
}

const QUOTE = 0x22;
/** Shorter ones cost nothing to look at. */
const SHORTEST_BLOB = 256;

/** Goes once over JSON bytes, without recursion, and gives every text. */
export class TextWalk {
  readonly #bytes: Buffer;
  readonly #limits: { readonly pieces: number; readonly depth: number; readonly characters: number };
  readonly #stack: Open[] = [];
  #given = 0;
  #characters = 0;
  #onText: OnText = () => {};

  constructor(bytes: Buffer, limits: { readonly pieces: number; readonly depth: number; readonly characters: number }) {
    this.#bytes = bytes;
    this.#limits = limits;
  }

  /** Why not every text was given; undefined when all were. */
  run(onText: OnText): string | undefined {
    this.#onText = onText;
    const bytes = this.#bytes;
    let key: string | undefined;
    for (let i = 0; i < bytes.length; i++) {
      const c = bytes[i];
      if (c === QUOTE) {
        const end = endOfString(bytes, i);
        const open = this.#stack.at(-1);
        if (open?.isObject === true && key === undefined) {
          key = this.#text(i, end);
          this.#give(key, true, { within: open.place, key });
        } else {
          this.#value(i, end, open, key);
          key = undefined;
        }
        i = end - 1;
      } else if (c === 0x7b || c === 0x5b) {
        if (this.#stack.length >= this.#limits.depth) return `more than ${this.#limits.depth} levels`;
        this.#stack.push(opened(c === 0x7b, placeIn(this.#stack.at(-1), key)));
        key = undefined;
      } else if (c === 0x7d || c === 0x5d) this.#close();
      else if (c === 0x2c) {
        key = undefined;
        const open = this.#stack.at(-1);
        if (open !== undefined) open.count++;
      }
      if (this.#given > this.#limits.pieces) return `more than ${this.#limits.pieces} texts`;
      if (this.#characters > this.#limits.characters) return `more than ${this.#limits.characters} characters`;
    }
    return undefined;
  }

  #value(start: number, end: number, open: Open | undefined, key: string | undefined): void {
    const place = placeIn(open, key);
    if (
      open !== undefined &&
      place !== undefined &&
      end - start > SHORTEST_BLOB &&
      (key === 'blob' || key === 'data')
    ) {
      if (isBase64(this.#bytes, start + 1, end - 1)) {
        this.#release(open);
        open.held = { start, end, place };
        return;
      }
    }
    const text = this.#text(start, end);
    if (key === 'type' && open !== undefined) open.isMedia = text === 'image' || text === 'audio';
    if (key === 'mimeType' && open !== undefined) open.isTextual ||= isTextual(text);
    this.#give(text, false, place);
  }

  #close(): void {
    const open = this.#stack.pop();
    if (open?.held === undefined) return;
    const { start, end, place } = open.held;
    if (place.key !== 'blob' && !open.isMedia) this.#release(open);
    else this.#give(textInBase64(this.#bytes, start + 1, end - 1, open.isTextual), false, place);
  }

  #release(open: Open): void {
    if (open.held === undefined) return;
    this.#give(this.#text(open.held.start, open.held.end), false, open.held.place);
    open.held = undefined;
  }

  #give(text: string, isKey: boolean, place: Place | undefined): void {
    this.#given++;
    this.#characters += text.length;
    if (text !== '') this.#onText(text, isKey, place);
  }

  #text(start: number, end: number): string {
    return unquote(interned.text(this.#bytes, start, end));
  }
}

function opened(isObject: boolean, place: Place | undefined): Open {
  return { place, isObject, count: 0, isMedia: false, isTextual: false, held: undefined };
}

function placeIn(open: Open | undefined, key: string | undefined): Place | undefined {
  return open === undefined ? undefined : { within: open.place, key: key ?? open.count };
}
