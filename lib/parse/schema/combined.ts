import type { Json } from '../../model/json.ts';
import { asObject } from '../../model/json.ts';
import { type Judge, type Judges, newSeen, type Run, type Seen, type Spot } from './judging.ts';
import { alternativesWords } from './words.ts';

/** Judges that put other schemas to the same value. */
export function combinedJudges(schema: Json, compiler: Judges): Judge[] {
  const { outline } = compiler;
  const references = (['$ref', '$dynamicRef', '$recursiveRef'] as const)
    .filter((keyword) => schema[keyword] !== undefined)
    .map((keyword) => noting(compiler.judge(outline.target(schema, keyword) ?? true)));
  const all = listOf(schema.allOf).map((one) => noting(compiler.judge(one)));
  return [
    ...references,
    ...all,
    anyOf(schema.anyOf, compiler),
    oneOf(schema.oneOf, compiler),
    not(schema, compiler),
    conditional(schema, compiler),
    dependent(schema, compiler),
  ].filter((judge) => judge !== undefined);
}

/** Puts `judge` to the same value; what it looked at counts as looked at when it fits. */
function noting(judge: Judge): Judge {
  return (value, spot, run, seen) => attempt(judge, value, spot, run, seen);
}

function attempt(judge: Judge, value: unknown, spot: Spot | undefined, run: Run, seen: Seen | undefined): boolean {
  if (seen === undefined) return judge(value, spot, run, undefined);
  const here = newSeen();
  if (!judge(value, spot, run, here)) return false;
  run.spend(here.keys.size + here.items.size);
  for (const key of here.keys) seen.keys.add(key);
  for (const item of here.items) seen.items.add(item);
  return true;
}

function anyOf(ways: unknown, compiler: Judges): Judge | undefined {
  if (!Array.isArray(ways) || ways.length === 0) return undefined;
  const judges = ways.map((way) => compiler.judge(way));
  return (value, spot, run, seen) => {
    let fits = false;
    for (const judge of judges) {
      fits = run.quietly(() => attempt(judge, value, spot, run, seen)) || fits;
      // The others only matter for what they look at.
      if (fits && seen === undefined) return true;
    }
    return fits || run.fails(spot, () => alternativesWords(ways));
  };
}

function oneOf(ways: unknown, compiler: Judges): Judge | undefined {
  if (!Array.isArray(ways) || ways.length === 0) return undefined;
  const judges = ways.map((way) => compiler.judge(way));
  return (value, spot, run, seen) => {
    let fitting = 0;
    for (const judge of judges) {
      if (run.quietly(() => attempt(judge, value, spot, run, seen))) fitting++;
    }
    if (fitting === 1) return true;
    return run.fails(spot, () =>
      fitting === 0 ? alternativesWords(ways) : 'must have exactly one of the forms its schema allows',
    );
  };
}

function not(schema: Json, compiler: Judges): Judge | undefined {
  if (schema.not === undefined) return undefined;
  const judge = compiler.judge(schema.not);
  return (value, spot, run) =>
    !run.quietly(() => judge(value, spot, run, undefined)) ||
    run.fails(spot, () => 'must not have the form its schema rules out');
}

function conditional(schema: Json, compiler: Judges): Judge | undefined {
  if (schema.if === undefined) return undefined;
  const condition = compiler.judge(schema.if);
  const whenTrue = compiler.judge(schema.then);
  const whenFalse = compiler.judge(schema.else);
  return (value, spot, run, seen) => {
    const holds = run.quietly(() => attempt(condition, value, spot, run, seen));
    return attempt(holds ? whenTrue : whenFalse, value, spot, run, seen);
  };
}

/** `dependentSchemas`, and the schemas among the `dependencies` of older drafts. */
function dependent(schema: Json, compiler: Judges): Judge | undefined {
  const entries = [schema.dependentSchemas, schema.dependencies]
    .flatMap((map) => Object.entries(asObject(map) ?? {}))
    .filter(([, one]) => !Array.isArray(one))
    .map(([key, one]) => [key, compiler.judge(one)] as const);
  if (entries.length === 0) return undefined;
  return (value, spot, run, seen) => {
    const object = asObject(value);
    if (object === undefined) return true;
    return entries.every(([key, judge]) => !Object.hasOwn(object, key) || attempt(judge, value, spot, run, seen));
  };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
