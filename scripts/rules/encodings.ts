/** How a phrase may be written so that no word of it shows, and how a rule names it. */
export const ENCODINGS: Readonly<Record<string, (text: string) => string>> = {
  rot13: (text) =>
    text.replace(/[a-z]/gi, (c) => {
      const first = c <= 'Z' ? 65 : 97;
      return String.fromCharCode(((c.charCodeAt(0) - first + 13) % 26) + first);
    }),
  reversed: (text) => [...text].reverse().join(''),
};

/** A pattern for any of the phrases, whose words may stand apart as they do in patterns. */
export function patternOf(phrases: readonly string[], encoding?: string): string {
  const encode = encoding === undefined ? (text: string) => text : ENCODINGS[encoding];
  if (encode === undefined) throw new Error(`there is no encoding ${encoding}`);
  return phrases.map((phrase) => encode(phrase).replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|');
}
