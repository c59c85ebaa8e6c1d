import type { Payload } from '../../wire/payload.ts';
import { children } from '../../wire/walk.ts';
import { isBase64 } from '../blobs.ts';

/** Where a JSON string stands that somebody is shown. */
export interface ShownText {
  readonly start: number;
  readonly end: number;
}

/** Which members hold texts that are shown, at any depth below them. */
type Within = ReadonlySet<string>;

const QUOTE = 0x22;
/** Members of answers in which texts are shown; the others are ids, counts and what programs read. */
const IN_ANSWERS: Within = new Set(
  'content contents messages description message systemPrompt statusMessage title instructions data result task inputRequests requestedSchema completion'.split(
    ' ',
  ),
);
/** Beside the texts of answers stand values that mean something to programs alone. */
const NEVER: Within = new Set(
  '_meta blob uri mimeType type role name id taskId url requestState lastModified audience'.split(' '),
);
/** Of definitions what people and models read; names, defaults and values of enumerations are what is sent back. */
const IN_DEFINITIONS: Within = new Set(['description', 'title']);

/** The texts of an answer, an error, a notice or a question that are shown to somebody. */
export function textsInAnswer(body: Payload): ShownText[] {
  const found: ShownText[] = [];
  const bytes = body.bytes();
  for (const { key, start } of children(bytes)) if (IN_ANSWERS.has(key)) allWithin(bytes, start, key, found);
  return found;
}

/** The texts of entries of a list that are shown to somebody, at any depth. */
export function textsInDefinitions(body: Payload, list: string): ShownText[] {
  const found: ShownText[] = [];
  const span = body.span(list);
  if (span !== undefined) describing(body.bytes(), span.start, found);
  return found;
}

/** Binary content is no text: `data` of an image or of sound in base64, `blob` of a resource. */
function allWithin(bytes: Buffer, from: number, key: string, found: ShownText[]): void {
  const waiting = [{ from, key, media: false }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (bytes[next.from] === QUOTE) {
      const end = endOf(bytes, next.from);
      const isBinary = next.media && next.key === 'data' && isBase64(bytes, next.from + 1, end - 1);
      if (!isBinary) found.push({ start: next.from, end });
      continue;
    }
    const inside = children(bytes, next.from);
    const media =
      inside.some(({ key: name }) => name === 'mimeType') && inside.some(({ key: name }) => name === 'data');
    const isArray = bytes[next.from] === 0x5b;
    for (const child of inside) {
      if (!isArray && NEVER.has(child.key)) continue;
      waiting.push({ from: child.start, key: isArray ? next.key : child.key, media });
    }
  }
}

function describing(bytes: Buffer, from: number, found: ShownText[]): void {
  const waiting = [from];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const { key, start, end } of children(bytes, at)) {
      if (bytes[start] !== QUOTE) waiting.push(start);
      else if (IN_DEFINITIONS.has(key)) found.push({ start, end });
    }
  }
}

function endOf(bytes: Buffer, from: number): number {
  for (let i = from + 1; i < bytes.length; i++) {
    if (bytes[i] === 0x5c) i++;
    else if (bytes[i] === QUOTE) return i + 1;
  }
  return bytes.length;
}
