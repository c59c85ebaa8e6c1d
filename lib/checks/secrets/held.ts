import { findPersonal } from '../../inspect/personal/find-personal.ts';
import { type SecretFinder, Work } from '../../inspect/secrets/find-secrets.ts';
import { pointerTo } from '../../model/json-pointer.ts';
import type { Payload } from '../../wire/payload.ts';
import { bytesOfUnits, type StringPlace, StringWalk } from '../../wire/strings-in.ts';
import { decodedInSlices } from '../../wire/text-of-bytes.ts';
import { decodeString } from '../../wire/walk.ts';

/** Something a message holds that not everybody should see. */
export interface Held {
  readonly family: 'secret' | 'personal';
  readonly kind: string;
  /** JSON pointer to the text it stands in. */
  readonly at: string;
  /** It stands in the name of a member. */
  readonly inKey: boolean;
  readonly value: string;
  /** The bytes of it in the message, without what is around it in the same text. */
  readonly start: number;
  readonly end: number;
}

export interface HeldIn {
  readonly list: readonly Held[];
  /** Why not everything was looked at; undefined when it was. */
  readonly unseen: string | undefined;
}

export interface Looking {
  readonly finder: SecretFinder;
  readonly secrets: boolean;
  readonly personal: boolean;
}

const NOTHING: HeldIn = { list: [], unseen: undefined };
const MOST_HELD = 10_000;
const SHORTEST_BLOB = 200;
/** Bytes that are looked at without a pause. */
const SLICE = 64 * 1024;
/** The same where there are many short strings, each of which costs more than its bytes. */
const SLICE_OF_MANY = 16 * 1024;

/** What `body` holds, except in the members at its top that `skipped` names. */
export function heldIn(body: Payload, skipped: ReadonlySet<string>, looking: Looking): HeldIn {
  const bytes = body.bytes();
  if (!looking.personal && !(looking.secrets && looking.finder.mayHold(bytes, 0, bytes.length))) return NOTHING;
  const steps = looked(bytes, skipped, looking);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
  }
}

/** The same in steps of a few milliseconds at most, between which others may run: for large messages. */
export function* heldInSlices(
  body: Payload,
  skipped: ReadonlySet<string>,
  looking: Looking,
): Generator<void, HeldIn, void> {
  yield* body.joining();
  const bytes = body.bytes();
  const { finder, secrets, personal } = looking;
  if (!personal && !(secrets && (yield* finder.mayHoldInSlices(bytes, 0, bytes.length)))) return NOTHING;
  return yield* looked(bytes, skipped, looking);
}

function* looked(bytes: Buffer, skipped: ReadonlySet<string>, looking: Looking): Generator<void, HeldIn, void> {
  const { finder, secrets, personal } = looking;
  const list: Held[] = [];
  let callsValue = false;
  let tooMany = false;
  let paused = 0;
  const work = new Work();
  const place = new StringWalk(bytes);
  while (place.next()) {
    const { start, end, isKey, name } = place;
    if (end - paused > SLICE_OF_MANY) {
      paused = end;
      yield;
    }
    const isLong = end - start > SLICE;
    const called =
      secrets &&
      (isLong ? yield* finder.mayHoldInSlices(bytes, start + 1, end - 1) : finder.mayHold(bytes, start + 1, end - 1));
    const judged = called || personal || (!isKey && name.start !== -1 && callsValue);
    callsValue = isKey && called;
    if (!judged || tooMany || skipped.has(place.top() ?? '')) continue;
    if (isLong ? yield* isBlobInSlices(bytes, place) : isBlob(bytes, place)) continue;
    const text = isLong ? yield* decodedInSlices(bytes, start, end) : decodeString(bytes, start, end);
    const title = name.start === -1 ? undefined : decodeString(bytes, name.start, name.end);
    if (secrets)
      add('secret', isLong ? yield* finder.findInSlices(text, title, work) : finder.find(text, title, work), text);
    if (personal) add('personal', findPersonal(text), text);
    tooMany = list.length > MOST_HELD;
  }
  if (tooMany) return { list, unseen: `it holds more than ${MOST_HELD} of them` };
  return { list, unseen: work.exhausted ? 'a text asked for too much work' : undefined };

  function add(family: Held['family'], found: ReturnType<typeof findPersonal>, text: string): void {
    if (found.length === 0) return;
    const at = pointerTo(place.keys());
    const taken = ofSameText(list, place.start);
    const edges = bytesOfUnits(
      bytes,
      place.start,
      found.flatMap((one) => [one.start, one.end]),
    );
    for (const [index, one] of found.entries()) {
      const [from, to] = [edges[index * 2]!, edges[index * 2 + 1]!];
      // What is part of a secret is not told a second time.
      if (taken.some((other) => from < other.end && other.start < to)) continue;
      const value = text.slice(one.start, one.end);
      list.push({ family, kind: one.kind, at, inKey: place.isKey, value, start: from, end: to });
    }
  }
}

/** Those found last, as far as they stand behind `start`. */
function ofSameText(list: readonly Held[], start: number): readonly Held[] {
  let from = list.length;
  while (from > 0 && list[from - 1]!.start > start) from--;
  return list.slice(from);
}

/** Images and the like: what stands in them by chance is nobody's secret. */
function isBlob(bytes: Buffer, place: StringPlace): boolean {
  return mayBeBlob(bytes, place) && isBase64(bytes, place.start + 1, place.end - 1);
}

function* isBlobInSlices(bytes: Buffer, place: StringPlace): Generator<void, boolean, void> {
  if (!mayBeBlob(bytes, place)) return false;
  const end = place.end - 1;
  for (let at = place.start + 1; at < end; at += SLICE) {
    if (!isBase64(bytes, at, Math.min(end, at + SLICE))) return false;
    yield;
  }
  return true;
}

function mayBeBlob(bytes: Buffer, { start, end, name }: StringPlace): boolean {
  if (name.start === -1 || end - start < SHORTEST_BLOB) return false;
  const called = bytes.toString('latin1', name.start + 1, name.end - 1);
  return called === 'data' || called === 'blob';
}

function isBase64(bytes: Buffer, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (BASE64[bytes[i]!] === 0) return false;
  return true;
}

const BASE64 = Uint8Array.from({ length: 256 }, (_, code) =>
  Number(/[A-Za-z0-9+/=_-]/.test(String.fromCharCode(code))),
);
