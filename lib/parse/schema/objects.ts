import { asObject, type Json } from '../../model/json.ts';
import type { Judge, Judges, LinearPattern, Seen } from './judging.ts';
import { patternCost } from './scalars.ts';
import { shown } from './words.ts';

type ObjectJudge = (object: Json, ...rest: Parameters<Judge> extends [unknown, ...infer R] ? R : never) => boolean;

/** Judges for objects; they let everything else pass. Only own members count, whatever they are called. */
export function objectJudges(schema: Json, compiler: Judges): Judge[] {
  return [
    required(schema.required),
    ...counts(schema),
    dependentRequired(schema),
    names(schema.propertyNames, compiler),
    members(schema, compiler),
    unevaluated(schema.unevaluatedProperties, compiler),
  ].flatMap((judge) => (judge === undefined ? [] : [onObjects(judge)]));
}

function onObjects(judge: ObjectJudge): Judge {
  return (value, spot, run, seen) => {
    const object = asObject(value);
    return object === undefined || judge(object, spot, run, seen);
  };
}

function required(said: unknown): ObjectJudge | undefined {
  if (!Array.isArray(said)) return undefined;
  const keys = said.filter((key) => typeof key === 'string');
  return (object, spot, run) => {
    run.spend(keys.length >> 3);
    const missing = keys.find((key) => !Object.hasOwn(object, key));
    return missing === undefined || run.fails({ up: spot, key: missing }, () => 'is required');
  };
}

function counts({ minProperties, maxProperties }: Json): (ObjectJudge | undefined)[] {
  return [
    typeof minProperties === 'number'
      ? (object, spot, run) =>
          Object.keys(object).length >= minProperties ||
          run.fails(spot, () => `must have at least ${minProperties} members`)
      : undefined,
    typeof maxProperties === 'number'
      ? (object, spot, run) =>
          Object.keys(object).length <= maxProperties ||
          run.fails(spot, () => `must have at most ${maxProperties} members`)
      : undefined,
  ];
}

/** `dependentRequired`, and the lists of names among the `dependencies` of older drafts. */
function dependentRequired(schema: Json): ObjectJudge | undefined {
  const entries = [schema.dependentRequired, schema.dependencies]
    .flatMap((map) => Object.entries(asObject(map) ?? {}))
    .filter((entry): entry is [string, string[]] => Array.isArray(entry[1]));
  if (entries.length === 0) return undefined;
  return (object, spot, run) =>
    entries.every(([key, needed]) => {
      if (!Object.hasOwn(object, key)) return true;
      run.spend(needed.length >> 3);
      const missing = needed.find((name) => typeof name === 'string' && !Object.hasOwn(object, name));
      return missing === undefined || run.fails({ up: spot, key: missing }, () => `is required beside ${shown(key)}`);
    });
}

function names(schema: unknown, compiler: Judges): ObjectJudge | undefined {
  if (schema === undefined) return undefined;
  const judge = compiler.judge(schema);
  return (object, spot, run) =>
    Object.keys(object).every(
      (key) =>
        run.quietly(() => judge(key, spot, run, undefined)) ||
        run.fails({ up: spot, key }, () => 'must not be called that'),
    );
}

interface Patterned {
  readonly pattern: LinearPattern;
  readonly judge: Judge;
}

/** `properties`, `patternProperties` and `additionalProperties`, which are about one another. */
function members(schema: Json, compiler: Judges): ObjectJudge | undefined {
  const named = new Map(
    Object.entries(asObject(schema.properties) ?? {}).map(([key, one]) => [key, compiler.judge(one)] as const),
  );
  const { patterned, sure } = patternedOf(schema.patternProperties, compiler);
  const others = schema.additionalProperties;
  // Where a pattern had to be left out, nobody can tell which members are additional.
  const rest = others === undefined || !sure ? undefined : compiler.judge(others);
  if (named.size === 0 && patterned.length === 0 && rest === undefined) return undefined;
  return (object, spot, run, seen) => {
    for (const [key, value] of Object.entries(object)) {
      run.spend(1);
      const here = { up: spot, key };
      const own = named.get(key);
      let known = own !== undefined;
      if (own !== undefined && !own(value, here, run, undefined)) return false;
      for (const { pattern, judge } of patterned) {
        run.spend(patternCost(pattern, key));
        if (!pattern.test(key)) continue;
        known = true;
        if (!judge(value, here, run, undefined)) return false;
      }
      if (!known && rest === undefined) continue;
      if (!known && others === false) return run.fails(here, () => notDeclared(named));
      if (!known && !rest!(value, here, run, undefined)) return false;
      note(seen, key);
    }
    return true;
  };
}

function patternedOf(said: unknown, compiler: Judges): { readonly patterned: Patterned[]; readonly sure: boolean } {
  const patterned: Patterned[] = [];
  let sure = true;
  for (const [source, schema] of Object.entries(asObject(said) ?? {})) {
    const pattern = compiler.patterns?.(source);
    if (pattern !== undefined) patterned.push({ pattern, judge: compiler.judge(schema) });
    else {
      compiler.note('a pattern that cannot be matched in linear time is left out');
      sure = false;
    }
  }
  return { patterned, sure };
}

function unevaluated(schema: unknown, compiler: Judges): ObjectJudge | undefined {
  if (schema === undefined) return undefined;
  const judge = compiler.judge(schema);
  return (object, spot, run, seen) => {
    for (const [key, value] of Object.entries(object)) {
      run.spend(1);
      if (seen?.keys.has(key) === true) continue;
      if (!judge(value, { up: spot, key }, run, undefined)) return false;
      note(seen, key);
    }
    return true;
  };
}

function note(seen: Seen | undefined, key: string): void {
  seen?.keys.add(key);
}

function notDeclared(named: ReadonlyMap<string, Judge>): string {
  const known = [...named.keys()].slice(0, 12).map(shown);
  return known.length === 0 ? 'is not declared' : `is not declared; declared are ${known.join(', ')}`;
}
