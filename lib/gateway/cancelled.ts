import { Payload } from '../wire/payload.ts';

/** `params` of a `notifications/cancelled` for our `id`; the reason and all else of the original go along. */
export function cancelledParams(id: number, original: Payload | undefined): Payload {
  const span = original?.span('requestId');
  if (original === undefined || span === undefined) return Payload.of(`{"requestId":${id}}`);
  return original.splice([{ start: span.start, end: span.end, text: String(id) }]);
}
