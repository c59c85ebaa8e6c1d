import { asObject, type Json } from '../model/json.ts';
import { keysOf } from '../model/json-pointer.ts';
import type { ToolShape } from '../model/tool-shape.ts';

/** Keywords whose schemas speak of the same value as the one they stand in. */
const LISTS = ['allOf', 'anyOf', 'oneOf'] as const;
const SINGLES = ['then', 'else'] as const;
const MOST = 100;

/**
 * A schema and all others that may speak of the same value: alternatives, parts, and what references inside the document
 * lead to. For finding names in it, not for judging by it.
 */
export function formsOf(schema: Json, root: Json): readonly Json[] {
  const found = new Set<Json>();
  const add = (value: unknown): void => {
    const form = asObject(value);
    if (form === undefined || found.has(form) || found.size >= MOST) return;
    found.add(form);
    add(pointed(form.$ref, root));
    for (const keyword of LISTS) if (Array.isArray(form[keyword])) form[keyword].forEach(add);
    for (const keyword of SINGLES) add(form[keyword]);
  };
  add(schema);
  return [...found];
}

const DECLARED = new WeakMap<ToolShape, ReadonlySet<string> | 'any'>();

/** The arguments a tool declares, by any of the forms of its schema; `any` when it says that it takes any, or nothing at all. */
export function declaredArguments(shape: ToolShape): ReadonlySet<string> | 'any' {
  let declared = DECLARED.get(shape);
  if (declared === undefined) {
    declared = declaredBy(formsOf(shape.schema, shape.schema));
    DECLARED.set(shape, declared);
  }
  return declared;
}

function declaredBy(forms: readonly Json[]): ReadonlySet<string> | 'any' {
  const describes = forms.some(
    (form) => asObject(form.properties) !== undefined || form.additionalProperties === false,
  );
  if (!describes || forms.some(takesAny)) return 'any';
  return new Set(forms.flatMap((form) => Object.keys(asObject(form.properties) ?? {})));
}

/** Whether a form says what all other arguments are; `true` and `{}` say nothing. */
function takesAny({ additionalProperties, patternProperties }: Json): boolean {
  const others = [asObject(additionalProperties), asObject(patternProperties)];
  return others.some((one) => one !== undefined && Object.keys(one).length > 0 && one.not === undefined);
}

/** What a pointer into the document leads to (RFC 6901); anything else leads nowhere here. */
function pointed(reference: unknown, root: Json): unknown {
  if (typeof reference !== 'string' || !reference.startsWith('#/')) return undefined;
  let at: unknown = root;
  for (const key of keysOf(decoded(reference.slice(1)))) {
    const here = asObject(at);
    if (here === undefined || !Object.hasOwn(here, key)) return undefined;
    at = here[key];
  }
  return at;
}

function decoded(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
