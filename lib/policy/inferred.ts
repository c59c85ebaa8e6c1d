import { asObject, type Json } from '../model/json.ts';
import type { ArgumentKind, ToolShape } from '../model/tool-shape.ts';

/** Names of arguments that hold a path, a query, a command or an address, whatever the server calls them otherwise. */
const NAMES: Readonly<Record<ArgumentKind, RegExp>> = {
  paths:
    /^(?:.*[_-])?(?:paths?|files?|filenames?|filepaths?|sources?|destinations?|director(?:y|ies)|dirs?|folders?|roots?|cwd)$/,
  sql: /^(?:.*[_-])?(?:sql|query|queries|statements?)$/,
  commands: /^(?:.*[_-])?(?:commands?|cmds?|cmdline|scripts?|shell|interpreter)$/,
  domains: /^(?:.*[_-])?(?:urls?|uris?|hrefs?|endpoints?|hosts?|hostnames?|domains?)$/,
};

/** `format` of JSON Schema says it as well. */
const FORMATS: Readonly<Record<string, ArgumentKind>> = { uri: 'domains', url: 'domains', hostname: 'domains' };
/** A query is SQL only where the tool or the argument says so: many tools search with a `query`. */
const SPEAKS_SQL = /\bsql\b|postgres|mysql|sqlite|database/i;
const DEEPEST = 5;
const MOST = 200;

export type Inferred = Readonly<Record<ArgumentKind, readonly string[]>>;

const KNOWN = new WeakMap<ToolShape, Inferred>();

/** Pointers to the arguments whose name, format or description says what they hold; `*` is any element. */
export function inferredArguments(shape: ToolShape, about: string): Inferred {
  let found = KNOWN.get(shape);
  if (found === undefined) {
    const collected: Record<ArgumentKind, string[]> = { paths: [], sql: [], commands: [], domains: [] };
    collect(shape.schema, '', 0, about, collected);
    found = collected;
    KNOWN.set(shape, found);
  }
  return found;
}

/** What an argument of this name holds, for one the schema does not declare. */
export function kindsNamed(name: string, about: string): ArgumentKind[] {
  const plain = plainName(name);
  const kinds = (Object.keys(NAMES) as ArgumentKind[]).filter((kind) => NAMES[kind].test(plain));
  return kinds.filter((kind) => kind !== 'sql' || isSql(plain, about));
}

function collect(schema: Json, at: string, depth: number, about: string, found: Record<ArgumentKind, string[]>): void {
  if (depth > DEEPEST) return;
  for (const [name, raw] of Object.entries(asObject(schema.properties) ?? {})) {
    const property = asObject(raw) ?? {};
    const pointer = `${at}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    for (const kind of kindsOf(name, property, about)) if (found[kind].length < MOST) found[kind].push(pointer);
    const items = asObject(property.items);
    if (items !== undefined) collect(items, `${pointer}/*`, depth + 1, about, found);
    collect(property, pointer, depth + 1, about, found);
  }
}

function kindsOf(name: string, property: Json, about: string): ArgumentKind[] {
  if (!mayBeText(property)) return [];
  const kinds = new Set(kindsNamed(name, `${about} ${String(property.description ?? '')}`));
  const format = FORMATS[String(property.format)];
  if (format !== undefined) kinds.add(format);
  return [...kinds];
}

/** Text, or a list of texts, as far as the schema says anything. */
function mayBeText({ type, items }: Json): boolean {
  const types = Array.isArray(type) ? type : [type];
  if (types.includes('array')) return items === undefined || mayBeText(asObject(items) ?? {});
  return type === undefined || types.includes('string');
}

function isSql(name: string, about: string): boolean {
  return /sql/.test(name) || SPEAKS_SQL.test(about);
}

function plainName(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
}
