/** Characters (UTF-16 code units) that are sent of a text at most. */
const MOST = 16_384;
/** Of a longer text: its beginning, its end, and between them what is most suspicious. */
const END = 4096;

/** As much of a text as is sent; `suspicious` are parts of it, the gravest first. */
export function excerpt(text: string, suspicious: readonly string[]): string {
  if (text.length <= MOST) return text;
  const parts: string[] = [];
  // A line break goes with each part, and with the end.
  let left = MOST - 2 * END - 1;
  for (const part of suspicious) {
    if (left <= 1) break;
    const taken = part.slice(0, left - 1);
    parts.push(taken);
    left -= taken.length + 1;
  }
  // Where nothing is suspicious, or little, the beginning has the rest of the room.
  return [text.slice(0, END + left), ...parts, text.slice(-END)].join('\n');
}
