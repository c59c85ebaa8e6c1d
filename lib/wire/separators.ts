/**
 * Line separators some readers split on, though JSON allows them raw in a string. Python's `str.splitlines`
 * and Node's `readline` are such readers.
 */
export const SEPARATORS = ['\u0085', '\u2028', '\u2029'] as const;

const ANY = new RegExp(`[${SEPARATORS.join('')}]`, 'g');

/** JSON text of our own with every raw separator written as its escape, so that it stays one line for any reader. */
export function escapeSeparators(json: string): string {
  return json.replace(ANY, escapeOf);
}

/** The escape that stands for a separator in a JSON string. */
export function escapeOf(separator: string): string {
  return `\\u${separator.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
