import { asObject, type Json } from '../../model/json.ts';
import { keysOf } from '../../model/json-pointer.ts';

/** Most values in a schema, and most levels. The largest of 400 real tools has 2,100 values on 14 levels. */
const MOST_VALUES = 20_000;
const DEEPEST = 100;
/** Most characters of a schema, keys and texts taken together. */
const MOST_TEXT = 512 * 1024;
/** Stands for the document as long as no `$id` says what it is called. */
const DOCUMENT = 'schema://document/';
/** Schemas of schemas are known not to be in the document, and stand for anything. */
const META_SCHEMA = /^https?:\/\/json-schema\.org\//;

/** Keywords whose value is judged at the same place as the schema they stand in. */
const IN_PLACE = ['allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else', 'dependentSchemas', 'dependencies'] as const;
const BELOW = [
  'properties',
  'patternProperties',
  'additionalProperties',
  'propertyNames',
  'items',
  'prefixItems',
  'additionalItems',
  'contains',
  'unevaluatedItems',
  'unevaluatedProperties',
  '$defs',
  'definitions',
] as const;
/** Of these keywords the values are schemas, the keys are names. */
const MAPS: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  'dependentSchemas',
  'dependencies',
  '$defs',
  'definitions',
]);

const REFERENCES = ['$ref', '$dynamicRef', '$recursiveRef'] as const;
export type Reference = (typeof REFERENCES)[number];

/** A schema that cannot be judged by; the message says why. */
export class SchemaError extends Error {}

/** Where every reference of a schema leads, found out before anything is judged. */
export interface Outline {
  readonly root: unknown;
  /** `$ref` stands alone in drafts before 2019-09: what is beside it does not count. */
  readonly refAlone: boolean;
  /** What a reference of this subschema leads to; undefined when that is nowhere, and then anything fits. */
  target(schema: Json, keyword: Reference): unknown;
  /** What cannot be judged and is left out. */
  readonly notes: readonly string[];
  /** It has an `unevaluated…` that wants to know what else was looked at. */
  readonly tracks: boolean;
  /** Its `pattern`s, and the keys of its `patternProperties`. */
  readonly patterns: readonly string[];
  /** Every subschema that is an object. */
  subschemas(): Iterable<Json>;
}

/**
 * Looks at an untrusted schema before anybody judges by it: its size, where its references lead, whether it comes to
 * an end. Nothing is ever fetched. Throws a {@link SchemaError}.
 */
export function outlineOf(root: unknown): Outline {
  const size = measure(root, 0, { values: 0, text: 0 });
  if (size !== undefined) throw new SchemaError(size);
  return new References(root);
}

function measure(value: unknown, depth: number, so: { values: number; text: number }): string | undefined {
  if (depth > DEEPEST) return 'its schema is nested too deep';
  if (++so.values > MOST_VALUES) return 'its schema is too large';
  if (typeof value === 'string') so.text += value.length;
  if (so.text > MOST_TEXT) return 'its schema is too large';
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    so.text += Array.isArray(value) ? 0 : key.length;
    const wrong = measure(inner, depth + 1, so);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

class References implements Outline {
  readonly root: unknown;
  readonly refAlone: boolean;
  readonly notes: string[] = [];
  tracks = false;
  readonly patterns: string[] = [];
  readonly #id: '$id' | 'id';
  /** By address: the document, schemas in it that have an `$id`, anchors. */
  readonly #named = new Map<string, Json>();
  readonly #base = new Map<Json, string>();
  readonly #targets = new Map<Json, Map<Reference, unknown>>();

  constructor(root: unknown) {
    this.root = root;
    const dialect = asText(asObject(root)?.$schema) ?? '';
    this.refAlone = /draft-0[3-7]/.test(dialect);
    this.#id = /draft-0[34]/.test(dialect) ? 'id' : '$id';
    const document = asObject(root);
    if (document === undefined) return;
    this.#named.set(DOCUMENT, document);
    this.#index(document, DOCUMENT);
    for (const [schema, base] of this.#base) this.#resolve(schema, base);
    this.#refuseEndless();
  }

  subschemas(): Iterable<Json> {
    return this.#base.keys();
  }

  target(schema: Json, keyword: Reference): unknown {
    return this.#targets.get(schema)?.get(keyword);
  }

  #index(schema: Json, outer: string): void {
    if (this.#base.has(schema)) return;
    const base = this.#rename(schema, outer);
    this.#base.set(schema, base);
    this.tracks ||= schema.unevaluatedItems !== undefined || schema.unevaluatedProperties !== undefined;
    if (typeof schema.pattern === 'string') this.patterns.push(schema.pattern);
    this.patterns.push(...Object.keys(asObject(schema.patternProperties) ?? {}));
    for (const anchor of ['$anchor', '$dynamicAnchor']) {
      const name = asText(schema[anchor]);
      if (name !== undefined) this.#named.set(`${base}#${name}`, schema);
    }
    for (const inner of [...IN_PLACE, ...BELOW].flatMap((keyword) => subschemas(schema, keyword))) {
      this.#index(inner, base);
    }
  }

  /** The address of what is in `schema`: its own when it has one. */
  #rename(schema: Json, outer: string): string {
    const id = asText(schema[this.#id]);
    if (id === undefined || (this.refAlone && schema.$ref !== undefined)) return outer;
    const address = resolved(id, outer);
    if (address === undefined) return outer;
    const [base, fragment] = cutFragment(address);
    // In draft-07 an `$id` that is a fragment names the schema as an anchor does.
    this.#named.set(fragment === '' ? base : `${base}#${fragment}`, schema);
    return fragment === '' ? base : outer;
  }

  #resolve(schema: Json, base: string): void {
    for (const keyword of REFERENCES) {
      const written = schema[keyword];
      if (written === undefined) continue;
      const target = this.#find(asText(written), base);
      let targets = this.#targets.get(schema);
      if (targets === undefined) this.#targets.set(schema, (targets = new Map()));
      targets.set(keyword, target);
      // A pointer may lead to a place no keyword makes a schema, which may refer on.
      const found = asObject(target);
      if (found !== undefined && !this.#base.has(found)) this.#index(found, base);
    }
  }

  #find(reference: string | undefined, base: string): unknown {
    const address = reference === undefined ? undefined : resolved(reference, base);
    if (address === undefined) return this.#nowhere();
    if (META_SCHEMA.test(address)) return this.#nowhere();
    const [resource, fragment] = cutFragment(address);
    const document = this.#named.get(resource);
    if (document === undefined) throw new SchemaError('its schema refers to something outside of itself');
    if (fragment === '') return document;
    const found = fragment.startsWith('/') ? pointed(document, fragment) : this.#named.get(address);
    return found === undefined ? this.#nowhere() : found;
  }

  #nowhere(): undefined {
    this.notes.push('a reference that leads nowhere is left out');
    return undefined;
  }

  /** A schema that refers to itself without going down in what it judges would be judged for ever. */
  #refuseEndless(): void {
    const done = new Set<Json>();
    const open = new Set<Json>();
    const visit = (schema: Json): void => {
      if (done.has(schema)) return;
      if (open.has(schema)) throw new SchemaError('its schema refers to itself without end');
      if (open.size > MOST_VALUES / 20) throw new SchemaError('its schema refers on and on');
      open.add(schema);
      for (const inner of IN_PLACE.flatMap((keyword) => subschemas(schema, keyword))) visit(inner);
      for (const target of this.#targets.get(schema)?.values() ?? []) {
        const found = asObject(target);
        if (found !== undefined) visit(found);
      }
      open.delete(schema);
      done.add(schema);
    };
    for (const schema of this.#base.keys()) visit(schema);
  }
}

/** The schemas directly in a keyword, those that are plain booleans left out. */
function subschemas(schema: Json, keyword: string): Json[] {
  const value = schema[keyword];
  if (Array.isArray(value)) return objectsIn(value);
  const one = asObject(value);
  if (one === undefined) return [];
  return MAPS.has(keyword) ? objectsIn(Object.values(one)) : [one];
}

function objectsIn(values: readonly unknown[]): Json[] {
  return values.map(asObject).filter((value) => value !== undefined);
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function resolved(reference: string, base: string): string | undefined {
  return URL.canParse(reference, base) ? new URL(reference, base).href : undefined;
}

function cutFragment(address: string): [base: string, fragment: string] {
  const hash = address.indexOf('#');
  if (hash === -1) return [address, ''];
  return [address.slice(0, hash), address.slice(hash + 1)];
}

/** What a JSON pointer in a fragment leads to (RFC 6901, section 6). */
function pointed(document: Json, fragment: string): unknown {
  let at: unknown = document;
  for (const key of keysOf(decoded(fragment))) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined;
    at = (at as Json)[key];
  }
  return typeof at === 'boolean' ? at : asObject(at);
}

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
