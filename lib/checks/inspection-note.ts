import { insertionOf } from '../wire/insert.ts';
import type { Payload } from '../wire/payload.ts';

/** `_meta` key of what inspection did to a result, for programs: what they see is not what the server sent. */
export const INSPECTION_NOTE = 'dev.sallyport/inspection';

/** `body` with the members of `note` under that key, beside those another check has put there. What is no object stays as it is. */
export function withNote(body: Payload, note: Readonly<Record<string, unknown>>): Payload {
  if (body.kind !== 0x7b) return body;
  const place = body.span('_meta');
  if (place === undefined) {
    return body.splice([insertionOf(body, `"_meta":${JSON.stringify({ [INSPECTION_NOTE]: note })}`)]);
  }
  if (place.kind !== 0x7b) return body;
  const meta = body.slice(place.start, place.end);
  const known = meta.span(INSPECTION_NOTE);
  if (known === undefined) {
    const cut = insertionOf(meta, `${JSON.stringify(INSPECTION_NOTE)}:${JSON.stringify(note)}`);
    return body.splice([{ ...cut, start: cut.start + place.start, end: cut.end + place.start }]);
  }
  const before = meta.slice(known.start, known.end).json();
  const together = typeof before === 'object' && before !== null ? { ...before, ...note } : note;
  const at = place.start + known.start;
  return body.splice([{ start: at, end: place.start + known.end, text: JSON.stringify(together) }]);
}
