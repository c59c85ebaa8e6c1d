import type { Payload } from './payload.ts';
import { children } from './walk.ts';

/** Whether a key stands twice in one object anywhere in it, so that two readers could take different values. */
export function readsTwoWays(value: Payload): boolean {
  const bytes = value.bytes();
  const waiting = [0];
  for (let from = waiting.pop(); from !== undefined; from = waiting.pop()) {
    const found = children(bytes, from);
    const keys = new Set(found.map(({ key, index }) => (bytes[from!] === 0x7b ? key : index)));
    if (keys.size < found.length) return true;
    for (const { start } of found) waiting.push(start);
  }
  return false;
}
