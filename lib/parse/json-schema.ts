import { Compiler, type PatternCompiler } from './schema/compiler.ts';
import { type Judge, Run, SchemaBudgetError, type SchemaFault } from './schema/judging.ts';
import { outlineOf, SchemaError } from './schema/outline.ts';

export type { LinearPattern, PatternCompiler } from './schema/compiler.ts';
export { linearPatterns } from './schema/ecma-pattern.ts';
export { SchemaBudgetError, type SchemaFault } from './schema/judging.ts';
export { SchemaError } from './schema/outline.ts';

/** Steps any judging may take, what each byte of the value adds, and the most of all. A step is about 50 ns. */
const BASE_STEPS = 50_000;
const STEPS_PER_BYTE = 16;
const MOST_STEPS = 10_000_000;

/** A JSON Schema ready to judge by. */
export interface CompiledSchema {
  /** What of the schema cannot be judged, and is left out; grows as more of it is used. */
  readonly notes: readonly string[];
  /**
   * What of `value`, which took `bytes` as JSON, does not fit; undefined when all does. Takes time in proportion to
   * `bytes`, whatever the schema; throws a {@link SchemaBudgetError} when that is not enough.
   */
  fault(value: unknown, bytes: number): SchemaFault | undefined;
}

/**
 * Compiles a JSON Schema from anywhere: 2020-12 unless `$schema` names an older draft (json-schema.org). `format` is an
 * annotation; a keyword that makes no sense is left out; nothing is fetched; `$dynamicRef` leads where `$ref` would.
 * Throws a {@link SchemaError}.
 */
export function compileSchema(schema: unknown, patterns: PatternCompiler): CompiledSchema {
  const outline = outlineOf(schema);
  const compiler = new Compiler(outline, patterns, outline.tracks);
  const judge = compiler.judge(schema);
  return {
    get notes() {
      return [...outline.notes, ...compiler.notes];
    },
    fault: (value, bytes) => {
      const run = new Run(Math.min(MOST_STEPS, BASE_STEPS + STEPS_PER_BYTE * bytes));
      if (fits(judge, value, run)) return undefined;
      return run.fault ?? { at: '', expected: 'must fit its schema' };
    },
  };
}

function fits(judge: Judge, value: unknown, run: Run): boolean {
  try {
    return judge(value, undefined, run, undefined);
  } catch (error) {
    // The stack may be used up by whoever called.
    throw error instanceof RangeError ? new SchemaBudgetError('it is nested too deep') : error;
  }
}

/** Why a schema cannot be judged by, found without compiling it; undefined when it can. */
export function schemaDefect(schema: unknown): string | undefined {
  try {
    outlineOf(schema);
    return undefined;
  } catch (error) {
    return error instanceof SchemaError ? error.message : 'its schema cannot be read';
  }
}
