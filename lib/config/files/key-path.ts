/** The way to a value in a config: keys and list indexes from the top. */
export type KeyPath = readonly (string | number)[];

/** `backends[0].limits`, or `the file` for its top. */
export function showPath(path: KeyPath): string {
  if (path.length === 0) return 'the file';
  return path
    .map((step) => {
      if (typeof step === 'number') return `[${step}]`;
      return /^[\w-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
    })
    .join('')
    .replace(/^\./, '');
}

/** What stands at `path`; undefined when nothing does. */
export function valueAt(value: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>((inner, step) => (inner as Record<string, unknown> | undefined)?.[step], value);
}
