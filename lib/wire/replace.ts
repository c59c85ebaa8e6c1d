import type { Payload } from './payload.ts';
import { children } from './walk.ts';

/**
 * `body` with the value at `path` replaced by the JSON text `json`; keys of objects, and indexes of arrays as decimal
 * text. Throws when nothing stands there, because whoever judged a value must not see another one forwarded.
 */
export function replaceAt(body: Payload, path: readonly string[], json: string): Payload {
  const bytes = body.bytes();
  let start = 0;
  let end = bytes.length;
  for (const key of path) {
    const isArray = bytes[start] === 0x5b;
    const child = children(bytes, start).find((member) => (isArray ? String(member.index) : member.key) === key);
    if (child === undefined) throw new Error('there is nothing to replace at the path that was judged');
    ({ start, end } = child);
  }
  return body.splice([{ start, end, text: json }]);
}
