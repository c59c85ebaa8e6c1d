import { insertionOf } from '../wire/insert.ts';
import type { Cut } from '../wire/payload.ts';
import { Payload } from '../wire/payload.ts';
import { withoutMembers } from '../wire/remove.ts';
import { children } from '../wire/walk.ts';

const QUOTE = 0x22;
const OBJECT = 0x7b;
const ARRAY = 0x5b;

export function isObject(value: Payload): boolean {
  return value.kind === OBJECT;
}

export function isArray(value: Payload): boolean {
  return value.kind === ARRAY;
}

/** An object with a member more at its end. `json` is the value as JSON text. */
export function withAdded(object: Payload, key: string, json: string): Payload {
  return withMembers(object, [`${JSON.stringify(key)}:${json}`]);
}

/** An object with members more at its end, as JSON texts with their keys; itself when there are none. */
export function withMembers(object: Payload, members: readonly string[]): Payload {
  return members.length === 0 ? object : object.splice([insertionOf(object, members.join(','))]);
}

/** The object or array with `change` made to each value in it; itself when nothing changed. */
export function withEach(container: Payload, change: (value: Payload, key: string) => Payload): Payload {
  const whole = inOnePiece(container);
  const cuts: Cut[] = [];
  for (const { key, start, end } of children(whole.bytes())) {
    const value = whole.slice(start, end);
    const changed = change(value, key);
    if (changed !== value) cuts.push({ start, end, text: changed.text() });
  }
  return cuts.length === 0 ? container : whole.splice(cuts);
}

/** The object with `change` made to the value of member `key`, wherever it stands; itself when nothing changed. */
export function withChanged(object: Payload, key: string, change: (value: Payload) => Payload): Payload {
  if (!object.has(key)) return object;
  return withEach(object, (value, here) => (here === key ? change(value) : value));
}

/** The object with `change` made to the elements of the array under `key`; itself when nothing changed. */
export function withElements(object: Payload, key: string, change: (element: Payload) => Payload): Payload {
  return withChanged(object, key, (array) => (isArray(array) ? withEach(array, change) : array));
}

/** The object without keys of its `_meta`, and without `_meta` when that leaves it empty. */
export function withoutMeta(object: Payload, keys: readonly string[]): Payload {
  const meta = object.member('_meta');
  if (meta === undefined || !isObject(meta)) return object;
  const kept = withoutMembers(meta, keys);
  if (kept === meta) return object;
  return kept.keys().length === 0 ? withoutMembers(object, ['_meta']) : withChanged(object, '_meta', () => kept);
}

/** The object with its members named anew; `renames` maps old keys to new ones. */
export function withRenamed(object: Payload, renames: Readonly<Record<string, string>>): Payload {
  const cuts: Cut[] = [];
  for (const { key, at, start } of children(object.bytes())) {
    const name = Object.hasOwn(renames, key) ? renames[key] : undefined;
    if (name !== undefined) cuts.push({ start: at, end: start, text: `${JSON.stringify(name)}:` });
  }
  return object.splice(cuts);
}

/** Every value under `key`: deep in a reply a key may stand twice, and readers differ in which one they take. */
export function valuesOf(object: Payload, key: string): Payload[] {
  return children(object.bytes()).flatMap(({ key: here, start, end }) =>
    here === key ? [object.slice(start, end)] : [],
  );
}

/** Whether a string under `key` is `value`. */
export function says(object: Payload, key: string, value: string): boolean {
  return valuesOf(object, key).some((one) => one.kind === QUOTE && one.json() === value);
}

/** The JSON text of each member of an object, key and all. */
export function membersOf(object: Payload): { readonly key: string; readonly text: string }[] {
  const bytes = object.bytes();
  return children(bytes).map(({ key, at, end }) => ({ key, text: bytes.toString('utf8', at, end) }));
}

/** Slices of a value in many pieces would each look for their place among them. */
function inOnePiece(value: Payload): Payload {
  return value.parts.length === 1 ? value : new Payload([value.bytes()], 0, value.size);
}
