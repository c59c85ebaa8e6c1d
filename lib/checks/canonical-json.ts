/** One text for every way to write the same JSON value: keys in order, no space. The value must come from `JSON.parse`. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, inOrder);
}

function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value);
  for (let i = 1; i < entries.length; i++) {
    if (entries[i]![0] < entries[i - 1]![0]) return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  }
  return value;
}
