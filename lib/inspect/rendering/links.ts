/** What stands where a link would have carried something away. */
export const REMOVED_LINK = 'about:blank#removed-by-sallyport';

/** An address in a text that is shown, and whether it is fetched without anybody following it. */
interface Link {
  readonly start: number;
  readonly end: number;
  readonly fetched: boolean;
}

/** Places of Markdown where an address stands: `![](…)`, `[](…)`, `[x]: …`, `<…>`. */
const INLINE = /(!?)\[[^\][]{0,1000}\]\(\s{0,9}<?([^\s<>)]{1,4096})/g;
const REFERENCE = /^ {0,3}\[[^\][]{1,200}\]:\s{0,9}<?([^\s<>]{1,4096})/gm;
const AUTOLINK = /<((?:https?|javascript|data|vbscript):[^\s<>]{1,4096})>/gi;
/** Elements of HTML that hold an address, and the attributes they hold it in. */
const ELEMENT =
  /<(a|area|img|image|iframe|frame|script|link|source|video|audio|embed|object|input|form|base|body)\b([^<>]{1,8192})/gi;
const ATTRIBUTE =
  /\b(?:href|src|srcset|action|formaction|data|poster|background)\s{0,9}=\s{0,9}(?:"([^"<>]{1,4096})"|'([^'<>]{1,4096})'|([^\s"'<>]{1,4096}))/gi;
const STYLE_URL = /\burl\(\s{0,9}["']?([^\s"'()<>]{1,4096})/gi;
const FOLLOWED: ReadonlySet<string> = new Set(['a', 'area', 'form']);

const RUNS_CODE = /^(?:javascript|vbscript):/i;
const DATA = /^data:/i;
const DATA_IMAGE = /^data:image\/(?:png|jpe?g|gif|webp|bmp|x-icon|avif)[;,]/i;
/** A place for data that somebody is told to fill in. */
const TO_FILL_IN =
  /\{\{[^{}]{1,200}\}\}|\$\{[^{}]{1,200}\}|%7B%7B|\[(?:data|secret|content|summary|history|conversation)[^\]]{0,60}\]/i;
/** Letters and digits without order, as base64, hexadecimal or the like make them. */
const ENCODED = /^[\w+/=~.-]{24,}$/;
const LONG_IN_IMAGE = 200;
const LONG_IN_LINK = 600;

/** Links in a text that carry data away when they are shown, or run code when they are followed; where their addresses stand. */
export function carryingLinks(text: string): readonly { readonly start: number; readonly end: number }[] {
  if (!text.includes(':') || !/[\]<(]/.test(text)) return [];
  const found = linksIn(text).filter(({ start, end, fetched }) => carries(text.slice(start, end), fetched));
  const inOrder = found.sort((a, b) => a.start - b.start || b.end - a.end);
  return inOrder.filter(({ start }, index) => index === 0 || start >= inOrder[index - 1]!.end);
}

function linksIn(text: string): Link[] {
  const links: Link[] = [];
  const add = (match: RegExpExecArray, url: string | undefined, fetched: boolean, from = 0) => {
    if (url === undefined) return;
    const start = from + match.index + match[0].lastIndexOf(url);
    links.push({ start, end: start + url.length, fetched });
  };
  if (text.includes('](')) for (const match of text.matchAll(INLINE)) add(match, match[2], match[1] === '!');
  const images = text.includes('![');
  if (text.includes(']:')) for (const match of text.matchAll(REFERENCE)) add(match, match[1], images);
  if (text.includes('url(')) for (const match of text.matchAll(STYLE_URL)) add(match, match[1], true);
  if (!text.includes('<')) return links;
  for (const match of text.matchAll(AUTOLINK)) add(match, match[1], false);
  for (const element of text.matchAll(ELEMENT)) {
    const [whole, name, attributes] = element as unknown as [string, string, string];
    const from = element.index + whole.length - attributes.length;
    for (const match of attributes.matchAll(ATTRIBUTE))
      add(match, match[1] ?? match[2] ?? match[3], !FOLLOWED.has(name.toLowerCase()), from);
  }
  return links;
}

function carries(url: string, fetched: boolean): boolean {
  if (RUNS_CODE.test(url)) return true;
  if (DATA.test(url)) return !DATA_IMAGE.test(url);
  const from = /^(?:https?:)?\/\/[^/?#]+/i.exec(url)?.[0].length;
  if (from === undefined) return false;
  const rest = url.slice(from);
  if (TO_FILL_IN.test(rest)) return true;
  if (rest.length >= (fetched ? LONG_IN_IMAGE : LONG_IN_LINK)) return true;
  return fetched && valuesOf(rest).some(isEncoded);
}

/** What a query says, value by value; a path is too often a hash of what it names. */
function valuesOf(rest: string): string[] {
  const query = /\?([^#]*)/.exec(rest)?.[1] ?? '';
  return query.split('&').map((pair) => pair.slice(pair.indexOf('=') + 1));
}

/** Percent escapes of words, or a run that mixes letters and digits as no word does. */
function isEncoded(value: string): boolean {
  if ((value.match(/%[0-9a-f]{2}|\+/gi) ?? []).length >= 4) return true;
  return ENCODED.test(value) && /[a-z]/i.test(value) && /[0-9]/.test(value);
}
