/** Where characters stand that show nothing and bear a text. */
export interface Run {
  readonly start: number;
  readonly end: number;
}

/*
 * Tag characters U+E0020 to U+E007E are ASCII that nobody sees; the flags of England, Scotland and Wales are made of them
 * (UTS 51, annex C). Variation selectors U+FE00 to U+FE0F and U+E0100 to U+E01EF are 256 bytes that nobody sees.
 */
const TAGS = /(?:\udb40[\udc20-\udc7f])+/g;
const FLAG = '\ud83c\udff4';
const REGION = /^[a-z]{2}[a-z0-9]{1,3}\x7f$/;
const SELECTORS = /(?:[\ufe00-\ufe0f]|\udb40[\udd00-\uddef])+/g;
const MOST_RUNS = 4096;

/** Bytes in selectors: an emoji has one of them. */
const FEWEST_SELECTORS = 4;

/** Where a text bears another one. */
export interface Carriers {
  readonly tags: readonly Run[];
  readonly selectors: readonly Run[];
}

export function carriersIn(text: string): Carriers {
  return { tags: tagRuns(text), selectors: selectorRuns(text, FEWEST_SELECTORS) };
}

/** Runs of tag characters that are no flag. */
function tagRuns(text: string): Run[] {
  if (!text.includes('\udb40')) return [];
  return runsOf(TAGS, text).filter(({ start, end }) => {
    const isFlag = text.startsWith(FLAG, start - FLAG.length) && REGION.test(asciiOfTags(text, start, end));
    return !isFlag;
  });
}

/** What all runs say together, since a text may show one letter after each of its hidden ones. */
export function decodeTags(text: string, runs: readonly Run[]): string {
  return runs.map(({ start, end }) => asciiOfTags(text, start, end).replaceAll('\x7f', '')).join('');
}

/** Runs of `least` or more selectors. */
function selectorRuns(text: string, least: number): Run[] {
  if (!/[\ufe00-\ufe0f\udb40]/.test(text)) return [];
  return runsOf(SELECTORS, text).filter(({ start, end }) => end - start >= least);
}

/** The bytes of a run as text. */
export function decodeSelectors(text: string, start: number, end: number): string {
  const bytes = Buffer.allocUnsafe(end - start);
  let length = 0;
  for (let i = start; i < end; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xfe00 && unit <= 0xfe0f) bytes[length++] = unit - 0xfe00;
    else if (unit >= 0xdd00 && unit <= 0xddef) bytes[length++] = unit - 0xdd00 + 16;
  }
  return bytes.toString('utf8', 0, length);
}

function asciiOfTags(text: string, start: number, end: number): string {
  let ascii = '';
  for (let i = start + 1; i < end; i += 2) ascii += String.fromCharCode(text.charCodeAt(i) - 0xdc00);
  return ascii;
}

function runsOf(regex: RegExp, text: string): Run[] {
  const runs: Run[] = [];
  regex.lastIndex = 0;
  for (let match = regex.exec(text); match !== null && runs.length < MOST_RUNS; match = regex.exec(text)) {
    runs.push({ start: match.index, end: match.index + match[0].length });
  }
  return runs;
}
