import { asObject } from '../model/json.ts';
import type { ParamHeader } from '../model/param-header.ts';
import { decodeHeaderValue, encodeHeaderValue } from './header-values.ts';

export type { ParamHeader };

/** Every line a received request has of a header, whatever the case of its name. */
export type LinesOf = (header: string) => readonly string[];

const ANNOTATION = 'x-mcp-header';
const PREFIX = 'Mcp-Param-';
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** A whole number as JSON may write it, so that `42` and `42.0` are one. */
const WHOLE = /^-?(?:0|[1-9]\d*)(?:\.0+)?$/;
/** Members that hold schemas by name, so that a key in them is no keyword. */
const MAPS = new Set(['properties', 'patternProperties', '$defs', 'definitions', 'dependentSchemas']);
/** Members that hold data, in which an annotation is none. */
const DATA = new Set(['default', 'const', 'enum', 'examples', ANNOTATION]);

/**
 * The annotations of an input schema, or the first one that breaks the rules: a token that stands once whatever its
 * case, on a string, an integer or a boolean that is reached through `properties` alone.
 */
export function paramHeadersOf(inputSchema: unknown): ParamHeader[] | { readonly problem: string } {
  const found: ParamHeader[] = [];
  const problem = collect(inputSchema, [], found);
  return problem === undefined ? found : { problem };
}

/** Adds the annotations at and below `node` to `found`; `path` is undefined off the chain of `properties`. */
function collect(node: unknown, path: readonly string[] | undefined, found: ParamHeader[]): string | undefined {
  if (Array.isArray(node)) return firstProblem(node, (element) => collect(element, undefined, found));
  const schema = asObject(node);
  if (schema === undefined) return undefined;
  const own = Object.hasOwn(schema, ANNOTATION) ? annotate(schema, path, found) : undefined;
  return own ?? firstProblem(Object.entries(schema), ([key, value]) => below(key, value, path, found));
}

function below(key: string, value: unknown, path: readonly string[] | undefined, found: ParamHeader[]) {
  if (DATA.has(key)) return undefined;
  const map = MAPS.has(key) ? asObject(value) : undefined;
  if (map === undefined) return collect(value, undefined, found);
  return firstProblem(Object.entries(map), ([name, schema]) =>
    collect(schema, key === 'properties' && path !== undefined ? [...path, name] : undefined, found),
  );
}

function annotate(
  schema: Readonly<Record<string, unknown>>,
  path: readonly string[] | undefined,
  found: ParamHeader[],
): string | undefined {
  const { [ANNOTATION]: name, type } = schema;
  if (path === undefined || path.length === 0) return `${ANNOTATION} stands where no chain of properties leads`;
  const where = path.join('.');
  if (typeof name !== 'string' || !TOKEN.test(name)) return `${ANNOTATION} of ${where} is not a header name`;
  if (type !== 'string' && type !== 'integer' && type !== 'boolean') {
    return `${ANNOTATION} of ${where} stands on something that is no string, integer or boolean`;
  }
  const header = PREFIX + name;
  if (found.some((other) => other.header.toLowerCase() === header.toLowerCase())) {
    return `${ANNOTATION} ${name} stands twice`;
  }
  found.push({ header, path, type });
  return undefined;
}

function firstProblem<T>(all: readonly T[], problemOf: (one: T) => string | undefined): string | undefined {
  for (const one of all) {
    const problem = problemOf(one);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** The headers a call with these arguments must carry; what is null, absent or has no text is left out. */
export function paramHeaderValues(headers: readonly ParamHeader[], args: unknown): [name: string, value: string][] {
  return headers.flatMap(({ header, path }): [string, string][] => {
    const text = textOf(valueAt(args, path));
    return text === undefined ? [] : [[header, encodeHeaderValue(text)]];
  });
}

/** The first header of a received call that does not say what its arguments say; undefined when all do. */
export function mismatchedParamHeader(
  headers: readonly ParamHeader[],
  args: unknown,
  received: LinesOf,
): string | undefined {
  return headers.find(({ header, path }) => !agrees(received(header), valueAt(args, path)))?.header;
}

function agrees(lines: readonly string[], value: unknown): boolean {
  if (value === undefined || value === null) return lines.length === 0;
  const text = lines.length === 1 ? decodeHeaderValue(lines[0]!) : undefined;
  if (text === undefined) return false;
  if (Number.isSafeInteger(value)) return WHOLE.test(text) && Number(text) === value;
  return text === textOf(value);
}

/** A scalar as a header spells it; whole numbers a double does not hold exactly have no spelling. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? undefined : String(value);
}

function valueAt(args: unknown, path: readonly string[]): unknown {
  let value = args;
  for (const key of path) {
    const object = asObject(value);
    if (object === undefined || !Object.hasOwn(object, key)) return undefined;
    value = object[key];
  }
  return value;
}
