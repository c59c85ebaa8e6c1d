/** A selector as rules name it; `filesystem.read` of other tools means `filesystem/read`, and `tool:a:b` means `a/b`. */
export function selectorOf(written: string): string {
  if (written === 'admin') return '*';
  const named = /^tool:([^:]+):(.+)$/.exec(written);
  if (named !== null) return `${named[1]}/${named[2]}`;
  return written.includes('/') ? written : written.replace('.', '/');
}
