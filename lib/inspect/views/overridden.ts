import type { Decoded } from './encoded.ts';

/** Characters that turn what follows around, and what ends that. */
const TURNED = /[\u202e\u2067\u2068]([^\u202c\u2069]{4,8192})/g;
const MOST = 4;

/** What is shown from right to left by an override (UAX 9, section 2.2), as it is shown. */
export function overridden(text: string): Decoded[] {
  if (!/[\u202e\u2067\u2068]/.test(text)) return [];
  const found: Decoded[] = [];
  TURNED.lastIndex = 0;
  for (let match = TURNED.exec(text); match !== null && found.length < MOST; match = TURNED.exec(text)) {
    const shown = [...match[1]!].reverse().join('');
    found.push({ view: 'reversed', start: match.index, end: match.index + match[0].length, text: shown });
  }
  return found;
}
