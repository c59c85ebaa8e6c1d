import { META } from '../../protocol/revisions.ts';
import { insertionOf } from '../../wire/insert.ts';
import { Payload } from '../../wire/payload.ts';
import { valueAt } from '../../wire/rewrite.ts';

/** `params` with the subscription's id in `_meta`, in place of the one a backend put there. */
export function tagged(params: Payload | undefined, tag: string): Payload {
  if (params === undefined) return Payload.of(`{"_meta":${metaOf(tag)}}`);
  const old = valueAt(params, ['_meta', META.subscriptionId]);
  if (old !== undefined) return replaced(params, old, tag);
  const meta = valueAt(params, ['_meta']);
  if (meta === undefined) return inserted(params, params, `"_meta":${metaOf(tag)}`);
  return inserted(params, meta, metaOf(tag).slice(1, -1));
}

function metaOf(tag: string): string {
  return `{"${META.subscriptionId}":${tag}}`;
}

function replaced(params: Payload, old: Payload, tag: string): Payload {
  return params.splice([{ start: old.from - params.from, end: old.to - params.from, text: tag }]);
}

/** Adds a member at the end of `object`, which lies in `params`. */
function inserted(params: Payload, object: Payload, member: string): Payload {
  const { start, end, text } = insertionOf(object, member);
  const offset = object.from - params.from;
  return params.splice([{ start: start + offset, end: end + offset, text }]);
}
