import { byCodeUnits, canonicalOf } from './canonical.ts';
import { type Node, readJson } from './json-text.ts';

const MONTH = '(?:jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec)[a-z]*\\.?';
const DAY = '(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?';
const TIME = '\\d{1,2}:\\d{2}(?::\\d{2}(?:\\.\\d+)?)?(?: ?[ap]m)?';
const ZONE = '(?: ?(?:z|utc|gmt|[+-]\\d{2}:?\\d{2}))?';
const DATE = [
  '\\d{4}-\\d{2}-\\d{2}',
  '\\d{1,2}[./]\\d{1,2}[./]\\d{2,4}',
  `(?:${DAY} )?${MONTH} \\d{1,2}(?:st|nd|rd|th)?,? \\d{4}`,
  `(?:${DAY} )?\\d{1,2}(?:st|nd|rd|th)? ${MONTH} \\d{4}`,
].join('|');
const VERSION = 'v?\\d{1,5}\\.\\d{1,5}(?:\\.\\d{1,5})?(?:-[a-z]{1,8}(?:\\.?\\d{1,5})?)?';
const COUNT = '\\d{1,3}(?:,\\d{3})+|\\d{1,12}';

/**
 * What changes by itself in a text, as a whole word of it: dates, times, versions, counts. A number inside of a path, a
 * host, a name or an address is none of these.
 */
const VOLATILE = new RegExp(
  `(?<=^|[\\s("'\\[])(?:(?:${DATE})(?:(?:t| |, | at )${TIME}${ZONE})?|${TIME}${ZONE}|${VERSION}|${COUNT})(?=$|[\\s)"'\\]]|[.,;:!?](?:\\s|$))`,
  'gi',
);
/** Stands for whatever changes by itself; written twice where it stands in a text of its own. */
const ANY = '\u0000';
/** Members whose text is for the model to read, wherever they stand. */
const PROSE: ReadonlySet<string> = new Set(['description', 'instructions']);

/** A text with what changes by itself taken out, so that two texts which differ by nothing else are the same. */
export function withoutVolatile(text: string): string {
  return text.replaceAll(ANY, ANY + ANY).replace(VOLATILE, ANY);
}

/**
 * Whether two definitions that are not the same differ in nothing but what changes by itself in descriptions. Both are
 * given as JSON text.
 */
export function differsInVolatileOnly(a: string, b: string): boolean {
  return settled(readJson(a), false) === settled(readJson(b), false);
}

/** The form of RFC 8785 but for volatile words. */
function settled(node: Node, isProse: boolean): string {
  if (node.kind === 'string') return JSON.stringify(isProse ? withoutVolatile(node.value) : node.value);
  if (node.kind === 'array') return `[${node.elements.map((element) => settled(element, false)).join(',')}]`;
  if (node.kind !== 'object') return canonicalOf(node);
  const keys = [...node.members.keys()].sort(byCodeUnits);
  return `{${keys.map((key) => `${JSON.stringify(key)}:${settled(node.members.get(key)!.value, PROSE.has(key))}`).join(',')}}`;
}
