const AROUND = 32;
const MOST = 160;
/** Characters of the tag block stand for ASCII and are drawn by nothing. */
const TAGS = /[\u{e0020}-\u{e007e}]+/gu;

/** The part of a text that a finding is about, with a little of what stands around it. */
export function excerpt(text: string, start: number, end: number): string {
  const from = Math.max(0, start - AROUND);
  const to = Math.min(text.length, Math.max(end, start) + AROUND, from + 2 * MOST);
  const cut = revealed(text.slice(from, to)).replace(/\u2588+/g, '[masked]');
  return `${from > 0 ? '…' : ''}${cut.replace(/\s+/g, ' ').trim()}${to < text.length ? '…' : ''}`;
}

const COVER = '\u2588';

/** The text with its secrets covered, so that every place in it stays what it was. */
export function covered(text: string, secrets: readonly { readonly start: number; readonly end: number }[]): string {
  return secrets.reduce(
    (left, { start, end }) => left.slice(0, start) + COVER.repeat(end - start) + left.slice(end),
    text,
  );
}

/** Text that is hidden in tag characters, as the text it is. */
export function revealed(text: string): string {
  return text.replace(TAGS, (run) => {
    const ascii = [...run].map((tag) => String.fromCodePoint(tag.codePointAt(0)! - 0xe0000)).join('');
    return `⟨hidden: ${ascii}⟩`;
  });
}
