import type { Hit, Piece } from '../../inspect/assessment.ts';
import type { Edit } from '../../model/decision.ts';
import { keysOf } from '../../model/json-pointer.ts';
import type { Cut } from '../../wire/payload.ts';
import { offsetsInLiteral } from '../../wire/string-offsets.ts';
import { children, unquote } from '../../wire/walk.ts';

/** What stands where something was taken out. */
const MARK = '[removed by sallyport]';
const QUOTE = 0x22;
/** Views whose spans are exactly where what was found stands; anything else was made out of its whole text. */
const EXACT: ReadonlySet<string> = new Set(['plain']);

interface Span {
  readonly start: number;
  readonly end: number;
}

/** What is taken out of one text: spans of it, or all of it. */
interface Redacted {
  readonly piece: Piece;
  readonly spans: readonly Span[] | 'all';
}

/**
 * The edit that takes out what was found: exactly where it stands, or the whole of each text it was made out of.
 * Undefined when that cannot be done, because the name of a member was found, or what is not in this message.
 */
export function redaction(pieces: readonly Piece[], hits: readonly Hit[]): Edit | undefined {
  const byPiece = new Map<number, Hit[]>();
  const whole = new Set<number>();
  for (const hit of hits) {
    if (hit.piece === -1) {
      const across = valuesBetween(pieces, hit);
      if (across.length === 0) return undefined;
      for (const index of across) whole.add(index);
    } else if (pieces[hit.piece]?.isKey !== false) return undefined;
    else if (EXACT.has(hit.view)) byPiece.set(hit.piece, [...(byPiece.get(hit.piece) ?? []), hit]);
    else whole.add(hit.piece);
  }
  const redacted = [
    ...[...whole].map((index): Redacted => ({ piece: pieces[index]!, spans: 'all' })),
    ...[...byPiece]
      .filter(([index]) => !whole.has(index))
      .map(([index, own]): Redacted => ({ piece: pieces[index]!, spans: merged(own, pieces[index]!.text) })),
  ];
  if (redacted.length === 0) return undefined;
  const byPlace = new Map<string, Redacted[]>();
  for (const one of redacted) byPlace.set(one.piece.at, [...(byPlace.get(one.piece.at) ?? []), one]);
  return {
    name: `redact ${redacted.length}`,
    apply: (body) => {
      const cuts = [...byPlace].flatMap(([at, texts]) => cutsOf(body.bytes(), at, texts));
      return body.splice(cuts.sort((a, b) => a.start - b.start));
    },
  };
}

/** The values something goes across: `start` is the first of them, `end` the one after the last. */
function valuesBetween(pieces: readonly Piece[], { start, end }: Hit): number[] {
  const found: number[] = [];
  for (let index = start; index < Math.min(end, pieces.length); index++) {
    if (!pieces[index]!.isKey) found.push(index);
  }
  return found;
}

/** Spans in order, none in another, none through the middle of a character. */
function merged(spans: readonly Span[], text: string): Span[] {
  const whole = spans.map(({ start, end }) => ({
    start: splitsCharacter(text, start) ? start - 1 : start,
    end: splitsCharacter(text, end) ? end + 1 : end,
  }));
  const found: Span[] = [];
  for (const { start, end } of whole.sort((a, b) => a.start - b.start)) {
    const last = found.at(-1);
    if (last !== undefined && start <= last.end) found[found.length - 1] = { ...last, end: Math.max(last.end, end) };
    else found.push({ start, end });
  }
  return found;
}

function splitsCharacter(text: string, at: number): boolean {
  return at > 0 && isSurrogate(text, at, 0xdc) && isSurrogate(text, at - 1, 0xd8);
}

function isSurrogate(text: string, at: number, high: number): boolean {
  return ((text.charCodeAt(at) >> 8) & 0xfc) === high;
}

/**
 * The cuts at a pointer, which leads to several values where a name stands twice: each is cut as the text that stands there
 * was judged, and one that was not judged goes altogether.
 */
function cutsOf(bytes: Buffer, pointer: string, texts: readonly Redacted[]): Cut[] {
  return placesOf(bytes, keysOf(pointer)).flatMap(({ start, end }): Cut[] => {
    if (bytes[start] !== QUOTE) return [];
    const literal = bytes.toString('utf8', start, end);
    const text = unquote(literal);
    const spans = texts.find(({ piece }) => piece.text === text)?.spans ?? 'all';
    if (spans === 'all') return [{ start, end, text: JSON.stringify(MARK) }];
    const places = offsetsInLiteral(
      literal,
      spans.flatMap((span) => [span.start, span.end]),
    );
    const at = (index: number) => start + Buffer.byteLength(literal.slice(0, places[index]));
    return spans.map((_span, index) => ({ start: at(2 * index), end: at(2 * index + 1), text: MARK }));
  });
}

function placesOf(bytes: Buffer, keys: readonly string[]): Span[] {
  let here: Span[] = [{ start: 0, end: bytes.length }];
  for (const key of keys) {
    here = here.flatMap(({ start }) => {
      const isArray = bytes[start] === 0x5b;
      return children(bytes, start).filter((child) => (isArray ? String(child.index) : child.key) === key);
    });
  }
  return here;
}
