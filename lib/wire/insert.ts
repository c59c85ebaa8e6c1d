import type { Cut, Payload } from './payload.ts';

/** The cut that adds `member`, as JSON text with its key, at the end of an object. */
export function insertionOf(object: Payload, member: string): Cut {
  const at = object.size - 1;
  return { start: at, end: at, text: object.keys().length === 0 ? member : `,${member}` };
}
