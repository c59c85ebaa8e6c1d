/** JSON as editors write it: with comments, and with commas before the end. Throws what `JSON.parse` throws. */
export function parseJsonc(text: string): unknown {
  return JSON.parse(plainJson(text.replace(/^\uFEFF/, '')));
}

/** The same text with blanks in the place of what JSON does not have, so that places in it stay what they are. */
function plainJson(text: string): string {
  let plain = '';
  let comma = -1;
  for (let at = 0; at < text.length; ) {
    const end = endOfToken(text, at);
    const token = text.slice(at, end);
    if (isComment(token)) plain += token.replace(/[^\n]/g, ' ');
    else {
      if (comma !== -1 && (token === '}' || token === ']'))
        plain = `${plain.slice(0, comma)} ${plain.slice(comma + 1)}`;
      if (token === ',') comma = plain.length;
      else if (token.trim() !== '') comma = -1;
      plain += token;
    }
    at = end;
  }
  return plain;
}

/** Where the text, the comment or the single character ends that begins at `at`. */
function endOfToken(text: string, at: number): number {
  if (text[at] === '"') {
    let end = at + 1;
    while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
    return Math.min(end + 1, text.length);
  }
  if (text.startsWith('//', at)) {
    const end = text.indexOf('\n', at);
    return end === -1 ? text.length : end;
  }
  if (text.startsWith('/*', at)) {
    const end = text.indexOf('*/', at + 2);
    return end === -1 ? text.length : end + 2;
  }
  return at + 1;
}

function isComment(token: string): boolean {
  return token.length > 1 && token[0] === '/';
}
