import { asObject, type Json } from '../model/json.ts';
import { pointerTo } from '../model/json-pointer.ts';
import { canonical } from './canonical.ts';
import { type Change, type ChangeFlag, LONGEST_SHOWN, nameOf, type Way } from './change.ts';
import { type Instructs, readsAsOrder } from './instructs.ts';
import { type Node, readJson } from './json-text.ts';
import { hidesCharacters, sentenceChanges, sentencesOf } from './sentences.ts';

/** Members that hold prose, of which sentences are compared. */
const PROSE: ReadonlySet<string> = new Set(['description', 'instructions']);
/** What is told of one item; more is nothing a person could read. */
const MOST_CHANGES = 5000;
/** Values that say of a tool that it does less harm, by the hint. */
const SOFTER: Readonly<Record<string, boolean>> = { readOnlyHint: true, destructiveHint: false, openWorldHint: false };
/** Which dialect a schema is in is said by an address nobody goes to. */
const DIALECT: ReadonlySet<string> = new Set(['$schema']);
const ADDRESS = /\bhttps?:\/\/|\bwww\.|[\w.]@\w+\.\w/i;

/** A definition in the form of RFC 8785, as items have it. */
interface Text {
  readonly text: string;
}

/**
 * What two definitions of one item say differently. With `was` undefined everything is new. `instructs` tells which
 * sentences are orders.
 */
export function diffDefinitions(
  was: Text | undefined,
  now: Text | undefined,
  instructs: Instructs = readsAsOrder,
): Change[] {
  const diff = new Diff(instructs, was === undefined);
  diff.objects([], plainObject(was), plainObject(now));
  if (diff.changes.length === 0 && was?.text !== now?.text) {
    return [{ at: '', what: 'definition', how: 'changed', was: was?.text, now: now?.text, flags: [] }];
  }
  return diff.changes;
}

class Diff {
  readonly changes: Change[] = [];
  readonly #instructs: Instructs;
  /** Nothing was there before, so what it says is no news of itself. */
  readonly #isNew: boolean;

  constructor(instructs: Instructs, isNew: boolean) {
    this.#instructs = instructs;
    this.#isNew = isNew;
  }

  objects(way: Way, was: Json, now: Json): void {
    const isSchema = isSchemaWay(way) && hasPlainParameters(was) && hasPlainParameters(now);
    if (isSchema) this.#parameters(way, was, now);
    for (const key of new Set([...Object.keys(was), ...Object.keys(now)])) {
      if (isSchema && (key === 'properties' || key === 'required')) continue;
      const before = ownOf(was, key);
      const after = ownOf(now, key);
      if (!isSame(before, after)) this.#member([...way, key], before, after);
    }
  }

  #member(way: Way, was: unknown, now: unknown): void {
    const key = way.at(-1)!;
    if (way.length === 1 && key === 'arguments') return this.objects(way, byName(was), byName(now));
    if (PROSE.has(key) && isTextOrNone(was) && isTextOrNone(now)) return this.#prose(way, was ?? '', now ?? '');
    const [before, after] = [asObject(was), asObject(now)];
    const isEmpty = Object.keys({ ...before, ...after }).length === 0;
    if (!isEmpty && (before ?? was) === before && (after ?? now) === after) {
      return this.objects(way, before ?? {}, after ?? {});
    }
    if (Array.isArray(was) && Array.isArray(now)) return this.#arrays(way, was, now);
    this.#value(way, was, now);
  }

  /** The members a schema declares: one that comes or goes is told of as a whole. */
  #parameters(way: Way, was: Json, now: Json): void {
    const [old, young] = [asObject(was['properties']) ?? {}, asObject(now['properties']) ?? {}];
    const [needed, needs] = [textsOf(was['required']), textsOf(now['required'])];
    for (const key of new Set([...Object.keys(old), ...Object.keys(young), ...needed, ...needs])) {
      const before = ownOf(old, key);
      const after = ownOf(young, key);
      const at = [...way, 'properties', key];
      const [schemaWas, schemaNow] = [asObject(before), asObject(after)];
      if (before === undefined && after !== undefined) this.#added(at, after, needs.includes(key));
      else if (before !== undefined && after === undefined) this.#add(at, 'removed', canonical(before), undefined, []);
      else if (schemaWas !== undefined && schemaNow !== undefined) this.objects(at, schemaWas, schemaNow);
      else if (!isSame(before, after)) this.#value(at, before, after);
      if (needed.includes(key) === needs.includes(key) || (before === undefined) !== (after === undefined)) continue;
      const [wasNeeded, isNeeded] = needs.includes(key) ? ['optional', 'required'] : ['required', 'optional'];
      this.#add([...at, 'required'], 'changed', wasNeeded, isNeeded, []);
    }
  }

  #added(way: Way, schema: unknown, isRequired: boolean): void {
    const flags = this.#flagsOf(`${way.at(-1)} ${proseIn(schema)}`);
    if (way[0] === 'inputSchema' && !this.#isNew) flags.unshift('parameter');
    this.#add(isRequired ? [...way, 'required'] : way, 'added', undefined, canonical(schema), flags);
  }

  #prose(way: Way, was: string, now: string): void {
    const { added, removed } = sentenceChanges(was, now);
    for (const sentence of removed) this.#add(way, 'removed', sentence, undefined, []);
    for (const sentence of added) this.#add(way, 'added', undefined, sentence, this.#flagsOf(sentence));
    if (added.length > 0 || removed.length > 0) return;
    const moved = sentencesOf(was).join('\n') !== sentencesOf(now).join('\n');
    this.#add(way, 'changed', undefined, moved ? 'its sentences stand in another order' : 'its spacing differs', []);
  }

  #arrays(way: Way, was: readonly unknown[], now: readonly unknown[]): void {
    const before = new Set(was.map(canonical));
    const after = new Set(now.map(canonical));
    const added = now.filter((value) => !before.has(canonical(value)));
    const removed = was.filter((value) => !after.has(canonical(value)));
    for (const value of removed) this.#add(way, 'removed', shownValue(value), undefined, []);
    for (const value of added) this.#add(way, 'added', undefined, shownValue(value), this.#flagsOf(proseIn(value)));
    if (added.length === 0 && removed.length === 0) this.#value(way, was, now);
  }

  #value(way: Way, was: unknown, now: unknown): void {
    const how = was === undefined ? 'added' : now === undefined ? 'removed' : 'changed';
    const key = way.at(-1)!;
    const flags: ChangeFlag[] = now === undefined || DIALECT.has(key) ? [] : this.#flagsOf(proseIn(now));
    if (way[0] === 'annotations' && !this.#isNew && Object.hasOwn(SOFTER, key) && now === SOFTER[key])
      flags.push('softer');
    if (key === 'additionalProperties' && now !== false) flags.push('open');
    this.#add(way, how, shownValue(was), shownValue(now), flags);
  }

  /** Flags of a text that is added. */
  #flagsOf(text: string): ChangeFlag[] {
    const flags: ChangeFlag[] = [];
    if (sentencesOf(text).some((sentence) => this.#instructs(sentence))) flags.push('instruction');
    if (hidesCharacters(text)) flags.push('hidden');
    if (ADDRESS.test(text)) flags.push('address');
    return flags;
  }

  #add(
    way: Way,
    how: Change['how'],
    was: string | undefined,
    now: string | undefined,
    flags: readonly ChangeFlag[],
  ): void {
    if (this.changes.length > MOST_CHANGES) return;
    if (this.changes.length === MOST_CHANGES) {
      this.changes.push({
        at: '',
        what: 'more than can be shown',
        how: 'changed',
        was: undefined,
        now: '',
        flags: ['long'],
      });
      return;
    }
    const all =
      (was?.length ?? 0) > LONGEST_SHOWN || (now?.length ?? 0) > LONGEST_SHOWN ? [...flags, 'long' as const] : flags;
    this.changes.push({ at: pointerTo([...way]), what: nameOf(way), how, was, now, flags: all });
  }
}

/** A schema, and not a member that happens to have the name of a keyword. */
function isSchemaWay(way: Way): boolean {
  if (way[0] !== 'inputSchema' && way[0] !== 'outputSchema') return false;
  let isNames = false;
  for (const step of way.slice(1)) isNames = !isNames && (step === 'properties' || step === '$defs');
  return !isNames;
}

/** Whether the members a schema declares can be told one by one. */
function hasPlainParameters({ properties, required }: Json): boolean {
  if (properties !== undefined && asObject(properties) === undefined) return false;
  const names: readonly unknown[] = Array.isArray(required) ? required : required === undefined ? [] : [required];
  return (required === undefined || Array.isArray(required)) && names.every((name) => typeof name === 'string');
}

function isSame(a: unknown, b: unknown): boolean {
  return a === undefined || b === undefined ? a === b : canonical(a) === canonical(b);
}

function ownOf(object: Json, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** The arguments of a prompt under their names, or under their places when these do not tell them apart. */
function byName(value: unknown): Json {
  const all: readonly unknown[] = Array.isArray(value) ? value : [];
  const names = all.map((argument) => asObject(argument)?.name).filter((name) => typeof name === 'string');
  if (names.length < all.length || new Set(names).size < all.length) return Object.fromEntries(all.entries());
  return Object.fromEntries(
    all.map((argument) => {
      const { name, ...rest } = argument as Json;
      return [name as string, rest];
    }),
  );
}

/** A definition as plain data in which numbers that a double would change are the texts they are written as. */
function plainObject(item: Text | undefined): Json {
  return item === undefined ? {} : (plain(readJson(item.text)) as Json);
}

function plain(node: Node): unknown {
  if (node.kind === 'object')
    return Object.fromEntries([...node.members].map(([key, member]) => [key, plain(member.value)]));
  if (node.kind === 'array') return node.elements.map(plain);
  if (node.kind !== 'number') return node.value;
  return canonical(finite(node.raw)) === node.raw ? Number(node.raw) : node.raw;
}

function finite(raw: string): number {
  const value = Number(raw);
  return Number.isFinite(value) ? value : 0;
}

function isTextOrNone(value: unknown): value is string | undefined {
  return value === undefined || typeof value === 'string';
}

/** Every text of a value, one a line: names of members too, since a model reads them all. */
function proseIn(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(proseIn).join('\n');
  const object = asObject(value);
  return object === undefined
    ? ''
    : Object.entries(object)
        .flatMap(([key, inner]) => [key, proseIn(inner)])
        .join('\n');
}

function shownValue(value: unknown): string | undefined {
  return value === undefined ? undefined : canonical(value);
}
