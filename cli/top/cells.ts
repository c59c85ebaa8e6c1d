/** Characters that take two cells of a terminal, and those that take none; near enough for what names are made of. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;
const NONE = /\p{M}/u;

/** How many cells a text takes. It must be printable. */
export function cellsOf(text: string): number {
  let cells = 0;
  for (const character of text) cells += NONE.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
  return cells;
}

/** The text in exactly `width` cells: filled up, or cut with a mark. */
export function fitted(text: string, width: number): string {
  if (width <= 0) return '';
  const cells = cellsOf(text);
  if (cells <= width) return text + ' '.repeat(width - cells);
  let kept = '';
  let used = 0;
  for (const character of text) {
    const next = cellsOf(character);
    if (used + next > width - 1) break;
    kept += character;
    used += next;
  }
  return `${kept}…${' '.repeat(width - used - 1)}`;
}

/** The text in lines of at most `width` cells, so that none of it is cut. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  let used = 0;
  for (const character of text) {
    const next = cellsOf(character);
    if (used + next > width) {
      lines.push(line);
      line = '';
      used = 0;
    }
    line += character;
    used += next;
  }
  lines.push(line);
  return lines;
}
