import type { Json } from '../../model/json.ts';
import type { Judge, Judges, Run, Seen, Spot } from './judging.ts';
import { canonical } from './values.ts';

type ArrayJudge = (array: readonly unknown[], spot: Spot | undefined, run: Run, seen: Seen | undefined) => boolean;

/** Judges for arrays; they let everything else pass. */
export function arrayJudges(schema: Json, compiler: Judges): Judge[] {
  return [
    ...counts(schema),
    unique(schema.uniqueItems),
    elements(schema, compiler),
    containing(schema, compiler),
    unevaluated(schema.unevaluatedItems, compiler),
  ].flatMap((judge) => (judge === undefined ? [] : [onArrays(judge)]));
}

function onArrays(judge: ArrayJudge): Judge {
  return (value, spot, run, seen) => !Array.isArray(value) || judge(value, spot, run, seen);
}

function counts({ minItems, maxItems }: Json): (ArrayJudge | undefined)[] {
  return [
    typeof minItems === 'number'
      ? (array, spot, run) =>
          array.length >= minItems || run.fails(spot, () => `must have at least ${minItems} elements`)
      : undefined,
    typeof maxItems === 'number'
      ? (array, spot, run) =>
          array.length <= maxItems || run.fails(spot, () => `must have at most ${maxItems} elements`)
      : undefined,
  ];
}

function unique(said: unknown): ArrayJudge | undefined {
  if (said !== true) return undefined;
  return (array, spot, run) => {
    const texts = new Set(array.map((element) => canonical(element, run)));
    return texts.size === array.length || run.fails(spot, () => 'must not hold the same element twice');
  };
}

/** `prefixItems` and `items`; in older drafts `items` may be a list, and `additionalItems` is for the rest. */
function elements(schema: Json, compiler: Judges): ArrayJudge | undefined {
  const { prefixItems, items, additionalItems } = schema;
  const tuple: readonly unknown[] = Array.isArray(items) ? items : Array.isArray(prefixItems) ? prefixItems : [];
  const others = Array.isArray(items) ? additionalItems : items;
  if (tuple.length === 0 && others === undefined) return undefined;
  const first = tuple.map((one) => compiler.judge(one));
  const rest = compiler.judge(others);
  const end = others === undefined ? first.length : Infinity;
  return (array, spot, run, seen) => {
    for (let index = 0; index < array.length && index < end; index++) {
      run.spend(1);
      const judge = first[index] ?? rest;
      if (!judge(array[index], { up: spot, key: index }, run, undefined)) return false;
      seen?.items.add(index);
    }
    return true;
  };
}

function containing(schema: Json, compiler: Judges): ArrayJudge | undefined {
  if (schema.contains === undefined) return undefined;
  const judge = compiler.judge(schema.contains);
  const least = typeof schema.minContains === 'number' ? schema.minContains : 1;
  const most = typeof schema.maxContains === 'number' ? schema.maxContains : Infinity;
  return (array, spot, run, seen) => {
    let found = 0;
    for (const [index, element] of array.entries()) {
      if (!run.quietly(() => judge(element, { up: spot, key: index }, run, undefined))) continue;
      found++;
      seen?.items.add(index);
    }
    if (found >= least && found <= most) return true;
    return run.fails(spot, () => `must hold ${found < least ? 'more' : 'fewer'} of the elements its schema asks for`);
  };
}

function unevaluated(schema: unknown, compiler: Judges): ArrayJudge | undefined {
  if (schema === undefined) return undefined;
  const judge = compiler.judge(schema);
  return (array, spot, run, seen) => {
    for (const [index, element] of array.entries()) {
      run.spend(1);
      if (seen?.items.has(index) === true) continue;
      if (!judge(element, { up: spot, key: index }, run, undefined)) return false;
      seen?.items.add(index);
    }
    return true;
  };
}
