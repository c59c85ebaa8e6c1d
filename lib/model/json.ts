/** A JSON object as plain data. */
export type Json = Readonly<Record<string, unknown>>;

/** `value` when it is an object, neither null nor an array. */
export function asObject(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}
