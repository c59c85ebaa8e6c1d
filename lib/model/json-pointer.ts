/** The JSON pointer of RFC 6901 that these keys make: `['a', 'b/c']` is `/a/b~1c`, none is the whole value. */
export function pointerTo(keys: readonly string[]): string {
  return keys.map((key) => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** The keys a JSON pointer names, which is empty or begins with a slash. */
export function keysOf(pointer: string): string[] {
  return pointer.split('/').slice(1).map(unescaped);
}

/** The keys a rule names: those of a JSON pointer, or a plain name of one key at the top. */
export function namedKeys(name: string): string[] {
  return name.startsWith('/') ? keysOf(name) : [name];
}

/** RFC 6901, section 4: in this order, so that `~01` is `~1` and no slash. */
function unescaped(step: string): string {
  return step.replaceAll('~1', '/').replaceAll('~0', '~');
}
