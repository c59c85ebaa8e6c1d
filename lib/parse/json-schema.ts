import { Compiler } from './schema/compiler.ts';
import { linearPatterns } from './schema/ecma-pattern.ts';
import {
  type Judge,
  type LinearPattern,
  type PatternCompiler,
  Run,
  SchemaBudgetError,
  type SchemaFault,
} from './schema/judging.ts';
import { type Outline, outlineOf, SchemaError } from './schema/outline.ts';
import { unsound } from './schema/sound.ts';

export { SchemaBudgetError, type SchemaFault } from './schema/judging.ts';
export { SchemaError } from './schema/outline.ts';

/** Steps any judging may take, what each byte of the value adds, and the most of all. A step is about 50 ns. */
const BASE_STEPS = 50_000;
const STEPS_PER_BYTE = 16;
const MOST_STEPS = 10_000_000;
/** Texts a pattern of a server is not put to, because that alone would take longer than a call may wait. */
const LONG_TEXT = 256 * 1024;

/** A JSON Schema ready to judge by. */
export interface CompiledSchema {
  /** What of the schema cannot be judged and is left out; it may grow as more of the schema is used. */
  readonly notes: readonly string[];
  /**
   * What of `value`, which took `bytes` as JSON, does not fit; undefined when all does. Takes time in proportion to
   * `bytes`, whatever the schema; throws a {@link SchemaBudgetError} when that is not enough.
   */
  fault(value: unknown, bytes: number): SchemaFault | undefined;
}

/**
 * Compiles the schema a server says of its tool: JSON Schema 2020-12 unless `$schema` names an older draft
 * (json-schema.org). It is untrusted: nothing is fetched, nothing goes on for ever, and what makes no sense or cannot
 * be matched in linear time is left out. `format` is an annotation; `$dynamicRef` leads where `$ref` would. A promise
 * only when there are patterns, whose engine is loaded then. Throws or rejects with a {@link SchemaError}.
 */
export function compileSchema(schema: unknown): CompiledSchema | Promise<CompiledSchema> {
  const outline = outlineOf(schema);
  if (outline.patterns.length === 0) return compiled(outline);
  return linearPatterns().then((patterns) => compiled(outline, (source) => onShortTexts(patterns(source))));
}

/**
 * Compiles the schema an operator wrote. All of it must mean something here, since a keyword that is left out would be
 * a rule that does not hold. Throws or rejects with a {@link SchemaError} that says what does not.
 */
export function compileRuleSchema(schema: unknown): CompiledSchema | Promise<CompiledSchema> {
  const outline = outlineOf(schema);
  for (const one of outline.subschemas()) {
    const wrong = unsound(one);
    if (wrong !== undefined) throw new SchemaError(wrong);
  }
  if (outline.notes.length > 0) throw new SchemaError(outline.notes[0]);
  if (outline.patterns.length === 0) return compiled(outline);
  return linearPatterns().then((patterns) => {
    const wrong = outline.patterns.find((source) => patterns(source) === undefined);
    if (wrong !== undefined) throw new SchemaError(`the pattern ${wrong} cannot be matched in linear time`);
    return compiled(outline, patterns);
  });
}

/** Why a schema of a server cannot be judged by, found without compiling it; undefined when it can. */
export function schemaDefect(schema: unknown): string | undefined {
  try {
    outlineOf(schema);
    return undefined;
  } catch (error) {
    return error instanceof SchemaError ? error.message : 'its schema cannot be read';
  }
}

function compiled(outline: Outline, patterns?: PatternCompiler): CompiledSchema {
  const compiler = new Compiler(outline, patterns);
  const judge = compiler.judge(outline.root);
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
    // The stack may have been used up before judging began.
    throw error instanceof RangeError ? new SchemaBudgetError('it is nested too deep') : error;
  }
}

function onShortTexts(pattern: LinearPattern | undefined): LinearPattern | undefined {
  if (pattern === undefined) return undefined;
  return { size: pattern.size, longest: LONG_TEXT, test: (text) => text.length > LONG_TEXT || pattern.test(text) };
}
