import type { Edit } from '../../model/decision.ts';
import type { Cut, Payload } from '../../wire/payload.ts';
import { children, decodeString } from '../../wire/walk.ts';

/** What became of the rows of a reply. */
export interface CutRows {
  readonly edit: Edit | undefined;
  /** Whether all of it could be told to be rows or not. */
  readonly counted: boolean;
}

interface Found {
  readonly cuts: Cut[];
  missing: number;
  counted: boolean;
}

/**
 * Cuts the rows of a tool's result to `most`, which is at least 1, with a mark that says how many are missing: in texts that are JSON, and in
 * structured content. Rows are an array, or the arrays of objects or lists that are members of an object.
 */
export function cutRows(body: Payload, most: number): CutRows {
  const bytes = body.bytes();
  const found: Found = { cuts: [], missing: 0, counted: false };
  const structured = body.span('structuredContent');
  const ofTexts = textBlocks(body).map((block) => {
    const text = decodeString(bytes, block.start, block.end);
    const cut = cutText(text, most);
    if (cut !== undefined) found.counted = true;
    if (cut === undefined || cut.missing === 0) return undefined;
    found.missing += cut.missing;
    return { ...block, text: JSON.stringify(`${cut.text}\n${mark(cut.missing)}`) };
  });
  found.cuts.push(...ofTexts.filter((cut) => cut !== undefined));
  if (structured !== undefined) {
    found.counted = true;
    const { cuts, missing } = arrayCuts(bytes, structured.start, most);
    found.cuts.push(...cuts);
    if (missing > 0 && found.missing === 0) found.cuts.push(...markInContent(body, missing));
    found.missing += missing;
  }
  if (found.cuts.length === 0) return { edit: undefined, counted: found.counted };
  const cuts = found.cuts.sort((one, other) => one.start - other.start);
  return { edit: { name: `cut ${found.missing} rows`, apply: (whole) => whole.splice(cuts) }, counted: true };
}

function mark(missing: number): string {
  return `[sallyport: ${missing} rows more were cut]`;
}

function textBlocks(body: Payload): { start: number; end: number }[] {
  const content = body.span('content');
  if (content?.kind !== 0x5b) return [];
  const bytes = body.bytes();
  return [...children(bytes, content.start)].flatMap((block) =>
    bytes[block.start] !== 0x7b
      ? []
      : [...children(bytes, block.start)].filter(({ key, start }) => key === 'text' && bytes[start] === 0x22),
  );
}

/** The text with fewer rows; undefined when it is not JSON that can hold rows. */
function cutText(text: string, most: number): { readonly text: string; readonly missing: number } | undefined {
  const start = text.search(/\S/);
  if (start === -1 || !'[{'.includes(text[start]!) || !isJson(text)) return undefined;
  const bytes = Buffer.from(text);
  const { cuts, missing } = arrayCuts(bytes, start, most);
  let cut = '';
  let from = 0;
  for (const { start: begin, end } of cuts) {
    cut += bytes.toString('utf8', from, begin);
    from = end;
  }
  return { text: cut + bytes.toString('utf8', from), missing };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** What to leave out of the value at `start`. */
function arrayCuts(bytes: Buffer, start: number, most: number): { cuts: Cut[]; missing: number } {
  const arrays = bytes[start] === 0x5b ? [start] : bytes[start] === 0x7b ? rowsIn(bytes, start) : [];
  const cuts: Cut[] = [];
  let missing = 0;
  for (const array of arrays) {
    const rows = [...children(bytes, array)];
    if (rows.length <= most) continue;
    missing += rows.length - most;
    cuts.push({ start: rows[most - 1]!.end, end: rows.at(-1)!.end, text: '' });
  }
  return { cuts, missing };
}

function rowsIn(bytes: Buffer, start: number): number[] {
  return [...children(bytes, start)]
    .filter((member) => bytes[member.start] === 0x5b)
    .filter((member) =>
      [...children(bytes, member.start)].every((row) => '[{'.includes(String.fromCharCode(bytes[row.start]!))),
    )
    .map((member) => member.start);
}

/** Structured content has no place for a mark, so it stands in a text before the others. */
function markInContent(body: Payload, missing: number): Cut[] {
  const content = body.span('content');
  if (content?.kind !== 0x5b) return [];
  const isEmpty = [...children(body.bytes(), content.start)].length === 0;
  const block = JSON.stringify({ type: 'text', text: mark(missing) });
  return [{ start: content.start + 1, end: content.start + 1, text: isEmpty ? block : `${block},` }];
}
