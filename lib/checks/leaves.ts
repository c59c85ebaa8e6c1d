/** One text in a JSON value. */
export interface Leaf {
  /** Keys that lead to it. */
  readonly keys: readonly string[];
  readonly text: string;
  /** It is the name of a member and not a value. */
  readonly isKey: boolean;
}

/** Every text in a value, names of members before what they hold, in the order they stand. */
export function leavesOf(value: unknown): Leaf[] {
  const found: Leaf[] = [];
  collect(value, [], found);
  return found;
}

function collect(value: unknown, keys: readonly string[], found: Leaf[]): void {
  if (typeof value === 'string') found.push({ keys, text: value, isKey: false });
  else if (Array.isArray(value)) {
    for (const [index, inner] of value.entries()) collect(inner, [...keys, String(index)], found);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      const at = [...keys, key];
      found.push({ keys: at, text: key, isKey: true });
      collect(inner, at, found);
    }
  }
}
