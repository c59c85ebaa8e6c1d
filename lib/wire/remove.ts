import type { Cut, Payload } from './payload.ts';
import { children } from './walk.ts';

/** A payload without some elements of the array whose elements stand at `spans`, in order. */
export function withoutElements(
  body: Payload,
  spans: readonly { readonly start: number; readonly end: number }[],
  gone: (index: number) => boolean,
): Payload {
  return body.splice(removals(spans, gone));
}

/** The cuts that take out elements, each with a comma that goes with it. */
function removals(
  spans: readonly { readonly start: number; readonly end: number }[],
  gone: (index: number) => boolean,
): Cut[] {
  const cuts: Cut[] = [];
  let keptEnd: number | undefined;
  for (let i = 0; i < spans.length; i++) {
    if (!gone(i)) {
      keptEnd = spans[i]!.end;
      continue;
    }
    const first = spans[i]!.start;
    while (i + 1 < spans.length && gone(i + 1)) i++;
    const next = spans[i + 1];
    if (keptEnd !== undefined) cuts.push({ start: keptEnd, end: spans[i]!.end, text: '' });
    else cuts.push({ start: first, end: next?.start ?? spans[i]!.end, text: '' });
  }
  return cuts;
}

/** A payload, an object, without the members named. */
export function withoutMembers(body: Payload, names: readonly string[]): Payload {
  return body.splice(removalsOf(body, names));
}

/** The cuts that take members out of an object, each with the comma that goes with it. */
export function removalsOf(body: Payload, names: readonly string[]): Cut[] {
  const members = children(body.bytes());
  const spans = members.map(({ at, end }) => ({ start: at, end }));
  const unwanted = new Set(names);
  return removals(spans, (index) => unwanted.has(members[index]!.key));
}
