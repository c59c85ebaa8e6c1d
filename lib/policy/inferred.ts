import { asObject, type Json } from '../model/json.ts';
import { pointerTo } from '../model/json-pointer.ts';
import { byName } from '../model/memo.ts';
import type { ArgumentKind, ToolShape } from '../model/tool-shape.ts';
import { formsOf } from './schema-forms.ts';

/** Names of arguments that hold a path, a query, a command or an address, whatever the server calls them otherwise. */
const NAMES: Readonly<Record<ArgumentKind, RegExp>> = {
  paths:
    /^(?:.*[_-])?(?:paths?|files?|filenames?|filepaths?|sources?|destinations?|director(?:y|ies)|dirs?|folders?|roots?|cwd)$/,
  sql: /^(?:.*[_-])?(?:sql|query|queries|statements?)$/,
  commands: /^(?:.*[_-])?(?:commands?|cmds?|cmdline|scripts?|shell|interpreter)$/,
  domains: /^(?:.*[_-])?(?:urls?|uris?|hrefs?|endpoints?|hosts?|hostnames?|domains?)$/,
};

/** `format` of JSON Schema says it as well. */
const FORMATS: ReadonlyMap<unknown, ArgumentKind> = new Map([
  ['uri', 'domains'],
  ['url', 'domains'],
  ['hostname', 'domains'],
]);
/** A query is SQL only where the tool or the argument says so: many tools search with a `query`. */
const SPEAKS_SQL = /\bsql\b|postgres|mysql|sqlite|database/i;
/** Where the forms a value may have are said when not in the schema itself. */
const ELSEWHERE = ['$ref', 'anyOf', 'oneOf', 'allOf'] as const;
const DEEPEST = 5;
const MOST_FOUND = 200;
/** Properties looked at, so that schemas that refer to themselves cost no more than large ones. */
const MOST_LOOKED_AT = 2000;

export type Inferred = Readonly<Record<ArgumentKind, readonly string[]>>;

interface Search {
  readonly root: Json;
  readonly about: string;
  readonly found: Record<ArgumentKind, string[]>;
  left: number;
}

const KNOWN = new WeakMap<ToolShape, Inferred>();

/** Pointers to the arguments whose name, format or description says what they hold; `*` is any element. */
export function inferredArguments(shape: ToolShape, about: string): Inferred {
  let found = KNOWN.get(shape);
  if (found === undefined) {
    const search: Search = {
      root: shape.schema,
      about,
      found: { paths: [], sql: [], commands: [], domains: [] },
      left: MOST_LOOKED_AT,
    };
    collect(shape.schema, '', 0, search);
    found = search.found;
    KNOWN.set(shape, found);
  }
  return found;
}

/** What an argument of this name holds, for one the schema does not declare. */
export function kindsNamed(name: string, about: string): readonly ArgumentKind[] {
  const { kinds, sure } = kindsOf(name);
  return kinds === sure || SPEAKS_SQL.test(about) ? kinds : sure;
}

/** What a name alone says: all that it may hold, and what it holds also where nobody speaks of SQL. */
const kindsOf = byName((name) => {
  const plain = plainName(name);
  const kinds = (Object.keys(NAMES) as ArgumentKind[]).filter((kind) => NAMES[kind].test(plain));
  const isSure = !kinds.includes('sql') || /sql/.test(plain);
  return { kinds, sure: isSure ? kinds : kinds.filter((kind) => kind !== 'sql') };
});

function collect(schema: unknown, at: string, depth: number, search: Search): void {
  const object = asObject(schema);
  if (object === undefined || depth > DEEPEST) return;
  for (const form of formsOf(object, search.root)) {
    if (at !== '') collect(form.items, `${at}/*`, depth + 1, search);
    for (const [name, property] of Object.entries(asObject(form.properties) ?? {})) {
      if (search.left-- <= 0) return;
      const pointer = `${at}${pointerTo([name])}`;
      note(name, formsOf(asObject(property) ?? {}, search.root), pointer, search);
      collect(property, pointer, depth + 1, search);
    }
  }
}

function note(name: string, forms: readonly Json[], pointer: string, { about, found }: Search): void {
  // A reference nobody can follow may lead to text as well as to anything else.
  if (!(forms.length === 1 ? mayBeText({ ...forms[0], $ref: undefined }) : forms.some(mayBeText))) return;
  const described = forms.map(({ description }) => (typeof description === 'string' ? description : '')).join(' ');
  const kinds = new Set(kindsNamed(name, `${about} ${described}`));
  for (const { format } of forms) {
    const kind = FORMATS.get(format);
    if (kind !== undefined) kinds.add(kind);
  }
  for (const kind of kinds) {
    if (found[kind].length < MOST_FOUND && !found[kind].includes(pointer)) found[kind].push(pointer);
  }
}

/** Text, or a list of texts, as far as the schema says anything. What only points to other forms says nothing. */
function mayBeText({ type, items, ...more }: Json): boolean {
  if (type === undefined) return ELSEWHERE.every((keyword) => more[keyword] === undefined);
  const types: readonly unknown[] = Array.isArray(type) ? type : [type];
  if (types.includes('array')) return items === undefined || mayBeText(asObject(items) ?? {});
  return types.includes('string');
}

function plainName(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();
}
