import type { Severity } from './assessment.ts';

/** How far around a place its surroundings are looked at, in characters. */
const AROUND = 240;
const FENCES_BACK = 16_384;
const QUOTES: readonly (readonly [string, string])[] = [
  ['"', '"'],
  ['`', '`'],
  ["'", "'"],
  ['\u201c', '\u201d'],
  ['\u2018', '\u2019'],
  ['\u00ab', '\u00bb'],
];

const OPENS_QUOTE = /["`'\u201c\u2018\u00ab]/;

/** What a page does not show: comments, styles, boxes that are closed, titles that wait for a mouse. */
const HIDING: readonly { readonly opens: RegExp; readonly closes: string }[] = [
  { opens: /<!--/g, closes: '-->' },
  {
    opens:
      /<[a-z]+[^<>]{0,120}(?:display\s{0,3}:\s{0,3}none|visibility\s{0,3}:\s{0,3}hidden|opacity\s{0,3}:\s{0,3}0\b|font-size\s{0,3}:\s{0,3}0|color\s{0,3}:\s{0,3}(?:white|#fff|transparent)|left\s{0,3}:\s{0,3}-\d{3}|\bhidden\b|aria-hidden)[^<>]{0,80}>/gi,
    closes: '</',
  },
  { opens: /<(?:details|template|noscript)\b[^<>]{0,80}>/gi, closes: '</' },
  { opens: /\]\([^()\s]{0,200}\s["']/g, closes: ')' },
  { opens: /^\[[^\]\n]{0,40}\]:\s{0,3}\S{0,80}\s["'(]/gm, closes: '\n' },
  { opens: /\b(?:alt|title|aria-label|placeholder|content)=["']/gi, closes: '>' },
];
/** Without one of these nothing is hidden. */
const OPENS = /[<\]=]/;
const RAISED: Readonly<Record<Severity, Severity>> = {
  low: 'medium',
  medium: 'high',
  high: 'critical',
  critical: 'critical',
};

/** Whether `[start, end)` stands in quotes within its line, or in a block of code: it may be only an example. */
export function isQuoted(text: string, start: number, end: number): boolean {
  const before = text.slice(Math.max(0, start - AROUND), start);
  const after = text.slice(end, end + AROUND);
  const line = before.slice(before.lastIndexOf('\n') + 1);
  const rest = after.includes('\n') ? after.slice(0, after.indexOf('\n')) : after;
  const quoted = OPENS_QUOTE.test(line) && QUOTES.some(([open, close]) => isBetween(line, rest, open, close));
  return quoted || isInFence(text, start);
}

/** A finding is graver where nobody was to see it. */
export function severityAt(severity: Severity, text: string, start: number): Severity {
  const from = Math.max(0, start - AROUND);
  const before = text.slice(from, start);
  if (!OPENS.test(before)) return severity;
  const isHidden = HIDING.some(({ opens, closes }) => {
    const last = lastEnd(opens, before);
    return last !== -1 && !before.includes(closes, last);
  });
  return isHidden ? RAISED[severity] : severity;
}

function lastEnd(regex: RegExp, text: string): number {
  let last = -1;
  regex.lastIndex = 0;
  for (let match = regex.exec(text); match !== null; match = regex.exec(text)) last = regex.lastIndex;
  return last;
}

function isBetween(line: string, rest: string, open: string, close: string): boolean {
  const at = line.lastIndexOf(open);
  if (at === -1 || !rest.includes(close)) return false;
  if (open === close ? count(line, open) % 2 === 0 : line.includes(close, at)) return false;
  // An apostrophe is no quote.
  return open !== "'" || !/\w/.test(line[at - 1] ?? '');
}

function count(text: string, sign: string): number {
  let found = 0;
  for (let at = text.indexOf(sign); at !== -1; at = text.indexOf(sign, at + 1)) {
    if (sign !== "'" || !/\w/.test(text[at - 1] ?? '') || !/\w/.test(text[at + 1] ?? '')) found++;
  }
  return found;
}

function isInFence(text: string, start: number): boolean {
  let open = false;
  const from = Math.max(0, start - FENCES_BACK);
  for (let at = text.indexOf('```', from); at !== -1 && at < start; at = text.indexOf('```', at + 3)) open = !open;
  return open;
}
