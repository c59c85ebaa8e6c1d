import type { Json } from '../../model/json.ts';
import type { Judge, Judges, LinearPattern } from './judging.ts';
import { canonical, isMultipleOf, isOfType, isTypeName, lengthOf } from './values.ts';
import { oneOfWords, typeWords } from './words.ts';

/** Judges for what a value is, whatever kind of value: type, listed values, numbers, texts. */
export function valueJudges(schema: Json, compiler: Judges): Judge[] {
  return [
    ofType(schema.type, compiler),
    listed(Object.hasOwn(schema, 'const') ? [schema.const] : undefined),
    listed(schema.enum),
    ...bounds(schema),
    multiple(schema.multipleOf),
    ...lengths(schema),
    pattern(schema.pattern, compiler),
  ].filter((judge) => judge !== undefined);
}

function ofType(said: unknown, compiler: Judges): Judge | undefined {
  if (said === undefined) return undefined;
  const all: readonly unknown[] = Array.isArray(said) ? said : [said];
  const types = all.filter(isTypeName);
  if (types.length < all.length || types.length === 0) return compiler.note('an unknown type is left out');
  return (value, spot, run) => types.some((type) => isOfType(value, type)) || run.fails(spot, () => typeWords(types));
}

function listed(values: unknown): Judge | undefined {
  if (!Array.isArray(values)) return undefined;
  const plain = new Set<unknown>(values.filter((value) => typeof value !== 'object' || value === null));
  const deep = values.filter((value) => typeof value === 'object' && value !== null);
  return (value, spot, run) => {
    if (plain.has(value)) return true;
    const found = deep.length > 0 && typeof value === 'object' && value !== null;
    if (found) {
      const text = canonical(value, run);
      if (deep.some((one) => canonical(one, run) === text)) return true;
    }
    return run.fails(spot, () => oneOfWords(values));
  };
}

/** In draft-04 the exclusive bounds are booleans that make the plain ones exclusive. */
function bounds(schema: Json): (Judge | undefined)[] {
  const { minimum, maximum, exclusiveMinimum: above, exclusiveMaximum: below } = schema;
  return [
    bound(
      minimum,
      (value, limit) => (above === true ? value > limit : value >= limit),
      above === true ? 'more than' : 'at least',
    ),
    bound(
      maximum,
      (value, limit) => (below === true ? value < limit : value <= limit),
      below === true ? 'less than' : 'at most',
    ),
    bound(above, (value, limit) => value > limit, 'more than'),
    bound(below, (value, limit) => value < limit, 'less than'),
  ];
}

function bound(limit: unknown, keeps: (value: number, limit: number) => boolean, words: string): Judge | undefined {
  if (typeof limit !== 'number') return undefined;
  return (value, spot, run) =>
    typeof value !== 'number' || keeps(value, limit) || run.fails(spot, () => `must be ${words} ${limit}`);
}

function multiple(divisor: unknown): Judge | undefined {
  if (typeof divisor !== 'number' || divisor <= 0) return undefined;
  return (value, spot, run) =>
    typeof value !== 'number' ||
    isMultipleOf(value, divisor) ||
    run.fails(spot, () => `must be a multiple of ${divisor}`);
}

function lengths({ minLength, maxLength }: Json): (Judge | undefined)[] {
  return [
    ofLength(minLength, (length, limit) => length >= limit, 'at least'),
    ofLength(maxLength, (length, limit) => length <= limit, 'at most'),
  ];
}

function ofLength(limit: unknown, keeps: (length: number, limit: number) => boolean, words: string): Judge | undefined {
  if (typeof limit !== 'number') return undefined;
  return (value, spot, run) =>
    typeof value !== 'string' ||
    keeps(lengthOf(value, run), limit) ||
    run.fails(spot, () => `must be ${words} ${limit} characters long`);
}

function pattern(source: unknown, compiler: Judges): Judge | undefined {
  if (typeof source !== 'string') return undefined;
  const compiled = compiler.patterns?.(source);
  if (compiled === undefined) return compiler.note('a pattern that cannot be matched in linear time is left out');
  return (value, spot, run) => {
    if (typeof value !== 'string') return true;
    run.spend(patternCost(compiled, value));
    return compiled.test(value) || run.fails(spot, () => 'must match the pattern its schema gives');
  };
}

/** Measured: 100 ns a character for small programs, 6 ns for each instruction of large ones. */
export function patternCost({ size, longest = Infinity }: LinearPattern, text: string): number {
  return text.length > longest ? 1 : 1 + text.length * (2 + (size >> 3));
}
