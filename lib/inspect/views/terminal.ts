const ESCAPE = 0x1b;
const BELL = 0x07;
/** A sequence that does not end within these is none. */
const LONGEST = 2048;

/** The index after the terminal sequence that begins with the escape character at `from` (ECMA-48, section 5). */
export function escapeEnd(text: string, from: number): number {
  const kind = text[from + 1];
  if (kind === '[') return csiEnd(text, from + 2);
  if (kind === ']' || kind === 'P' || kind === '^' || kind === '_' || kind === 'X') return stringEnd(text, from + 2);
  // One or more intermediate bytes and a final one, such as `ESC ( B`.
  let at = from + 1;
  while (at < from + 4 && isBetween(text.charCodeAt(at), 0x20, 0x2f)) at++;
  return isBetween(text.charCodeAt(at), 0x30, 0x7e) ? at + 1 : from + 1;
}

/** A text with spaces for its sequences, so that what stands before and after one are two words. */
export function withoutEscapes(text: string): string {
  let made = '';
  let from = 0;
  for (let at = text.indexOf('\x1b'); at !== -1; at = text.indexOf('\x1b', from)) {
    const end = escapeEnd(text, at);
    made += text.slice(from, at) + ' '.repeat(end - at);
    from = end;
  }
  return made + text.slice(from);
}

/** Attributes of text that make it invisible: concealed, or written in the colour it stands on (`SGR`, 8.3.117). */
export function conceals(text: string): number {
  const sequence = /(?:\x1b\[|\x9b)([\d;:]{1,64})m/g;
  for (let match = sequence.exec(text); match !== null; match = sequence.exec(text)) {
    if (isConcealing(match[1]!)) return match.index;
  }
  return -1;
}

function isConcealing(attributes: string): boolean {
  const codes = attributes.split(/[;:]/).map(Number);
  let ink = -1;
  let ground = -2;
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]!;
    if (code === 38 || code === 48) {
      // A colour by number, or by red, green and blue: its own numbers are no attributes.
      const length = codes[i + 1] === 5 ? 2 : codes[i + 1] === 2 ? 4 : 0;
      const colour = codes.slice(i + 1, i + 1 + length).reduce((sum, part) => sum * 256 + part, 1000);
      if (code === 38) ink = colour;
      else ground = colour;
      i += length;
    } else if (code === 8) return true;
    else if (isBetween(code, 30, 37)) ink = code - 30;
    else if (isBetween(code, 90, 97)) ink = code - 82;
    else if (isBetween(code, 40, 47)) ground = code - 40;
    else if (isBetween(code, 100, 107)) ground = code - 92;
  }
  return ink === ground;
}

function csiEnd(text: string, from: number): number {
  let at = from;
  while (at < from + 64 && isBetween(text.charCodeAt(at), 0x20, 0x3f)) at++;
  return isBetween(text.charCodeAt(at), 0x40, 0x7e) ? at + 1 : from;
}

function stringEnd(text: string, from: number): number {
  const most = Math.min(text.length, from + LONGEST);
  for (let at = from; at < most; at++) {
    const c = text.charCodeAt(at);
    if (c === BELL || c === 0x9c) return at + 1;
    if (c === ESCAPE) return text[at + 1] === '\\' ? at + 2 : at;
  }
  return from;
}

function isBetween(value: number, first: number, last: number): boolean {
  return value >= first && value <= last;
}
