import type { Edit } from '../model/decision.ts';
import { type Cut, Payload } from '../wire/payload.ts';
import { escapeSeparators } from '../wire/separators.ts';
import { children, decodeString } from '../wire/walk.ts';

/** Room kept for the marks and for what escaping may add around a cut. */
const SLACK = 200;

/**
 * An edit that makes a tool result fit into `most` bytes by cutting its text blocks, each with a mark saying
 * how much is missing. A result with structured content becomes an error instead, because half of a
 * structure is a lie. Undefined when the text is not what makes it big.
 */
export function truncate(body: Payload, most: number, structured: boolean): Edit | undefined {
  if (structured || body.has('structuredContent')) {
    return { name: 'truncate', apply: () => refusedStructure(body, most) };
  }
  const texts = textBlocks(body);
  const textBytes = texts.reduce((sum, { start, end }) => sum + end - start, 0);
  let room = most - (body.size - textBytes) - SLACK * texts.length;
  if (texts.length === 0 || room < 0) return undefined;
  const cuts: Cut[] = [];
  for (const { start, end } of texts) {
    const size = end - start;
    if (size > room) cuts.push({ start, end, text: cutText(body.bytes(), start, end, Math.max(0, room)) });
    room -= Math.min(size, room);
  }
  return { name: 'truncate', apply: (whole) => whole.splice(cuts) };
}

function textBlocks(body: Payload): { start: number; end: number }[] {
  const content = body.span('content');
  if (content === undefined) return [];
  const bytes = body.bytes();
  return children(bytes, content.start).flatMap((block) =>
    children(bytes, block.start).filter(({ key, start }) => key === 'text' && bytes[start] === 0x22),
  );
}

/** The string at `[start, end)`, cut on a character boundary to about `room` bytes of JSON. */
function cutText(bytes: Buffer, start: number, end: number, room: number): string {
  const whole = decodeString(bytes, start, end);
  let kept = whole.slice(0, room);
  while (kept.length > 0 && Buffer.byteLength(escapeSeparators(JSON.stringify(kept))) > room) {
    kept = kept.slice(0, Math.floor(kept.length * 0.9));
  }
  if (/[\ud800-\udbff]$/.test(kept)) kept = kept.slice(0, -1);
  const missing = Buffer.byteLength(whole) - Buffer.byteLength(kept);
  return JSON.stringify(`${kept}\n[sallyport: ${missing} bytes more were cut, SP3012]`);
}

/** A modern result says what it is, and so does what stands in its place. */
function refusedStructure(body: Payload, most: number): Payload {
  const text = `The call ran, but its structured answer of ${body.size} bytes is over the limit of ${most} and was withheld (SP3012). Do not repeat it; ask for less.`;
  const modern = body.has('resultType') ? { resultType: 'complete' } : {};
  return Payload.of(JSON.stringify({ ...modern, content: [{ type: 'text', text }], isError: true }));
}
