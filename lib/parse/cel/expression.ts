import type { CelEnv, CelFunc } from '@bufbuild/cel';
import { ExpressionError, type Uses, usesOf, type Variables } from './outline.ts';
import { celValue, ExpressionBudgetError, Steps } from './values.ts';

export { ExpressionError, type Variables } from './outline.ts';

const MOST_CHARACTERS = 2048;
const LARGEST_PROGRAM = 2000;
const MOST_PATTERN = 512;
const MOST_PATTERNS = 50;

/** A CEL expression ready to be evaluated. */
export interface Expression {
  readonly uses: Uses;
  /**
   * Whether it holds; `bind` is asked for each variable it uses and answers JSON, or a Date. Throws when it is neither
   * true nor false, or when finding out takes too long.
   */
  holds(bind: (variable: string) => unknown): boolean;
}

type Engine = Awaited<ReturnType<typeof load>>;
let engine: Promise<Engine> | undefined;

/**
 * Compiles an expression in CEL (cel.dev, language definition 0.24) over `variables`. Its engine is loaded with the
 * first one. Rejects with an {@link ExpressionError}.
 */
export async function compileExpression(text: string, variables: Variables): Promise<Expression> {
  if (text.length > MOST_CHARACTERS) throw new ExpressionError(`it is longer than ${MOST_CHARACTERS} characters`);
  engine ??= load();
  const { cel, timestampFromDate, env, budget } = await engine;
  const parsed = parsedWith(cel.parse, text);
  const uses = usesOf(parsed.expr, variables, (name) => env.funcs.find(name) !== undefined);
  const run = cel.plan(env, parsed) as (bindings: Record<string, unknown>) => unknown;
  return {
    uses,
    holds: (bind) => {
      const steps = new Steps(uses.loops);
      const bindings: Record<string, unknown> = {};
      for (const name of uses.variables) {
        const value = bind(name);
        bindings[name] = value instanceof Date ? timestampFromDate(value) : celValue(value, steps);
      }
      budget.steps = steps;
      const result = run(bindings);
      if (typeof result !== 'boolean') throw new ExpressionError(problemOf(result, cel.isCelError));
      return result;
    },
  };
}

async function load() {
  const [cel, { timestampFromDate }, { RE2JS }] = await Promise.all([
    import('@bufbuild/cel'),
    import('@bufbuild/protobuf/wkt'),
    import('re2js'),
  ]);
  /** Evaluation never waits, so the steps of the one that runs are those of whoever asked last. */
  const budget = { steps: new Steps(false) };
  const compile = remembering((pattern: string) => RE2JS.compile(pattern));
  const matches = (pattern: string) => {
    if (pattern.length > MOST_PATTERN) throw new ExpressionBudgetError('a pattern is too long');
    const compiled = compile(pattern);
    const size = compiled.programSize();
    if (size > LARGEST_PROGRAM) throw new ExpressionBudgetError('a pattern repeats too much');
    return {
      test: (text: string) => {
        budget.steps.spend(text.length * (2 + (size >> 3)));
        return compiled.test(text);
      },
    };
  };
  const env: CelEnv = cel.celEnv({ funcs: mixedNumbers(cel), re2: { compile: matches } });
  return { cel, timestampFromDate, env, budget };
}

/** In JSON 1 and 1.0 are one number, so sums of whole and broken numbers must not depend on which one was sent. */
function mixedNumbers({ celFunc, CelScalar }: typeof import('@bufbuild/cel')): CelFunc[] {
  const { INT, DOUBLE } = CelScalar;
  const operators: Readonly<Record<string, (a: number, b: number) => number>> = {
    '_+_': (a, b) => a + b,
    '_-_': (a, b) => a - b,
    '_*_': (a, b) => a * b,
    '_/_': (a, b) => a / b,
  };
  return Object.entries(operators).flatMap(([name, apply]) => [
    celFunc(name, [INT, DOUBLE], DOUBLE, (a, b) => apply(Number(a), b)),
    celFunc(name, [DOUBLE, INT], DOUBLE, (a, b) => apply(a, Number(b))),
  ]);
}

function parsedWith(parse: typeof import('@bufbuild/cel')['parse'], text: string) {
  try {
    return parse(text);
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof RangeError) throw new ExpressionError('it is too long or nested too deep');
    throw new ExpressionError(`it is no CEL, ${message.replace(/^<input>:\d+:(\d+):/, 'from character $1 on:')}`);
  }
}

function problemOf(result: unknown, isCelError: (value: unknown) => boolean): string {
  return isCelError(result) ? (result as Error).message : 'it is neither true nor false';
}

/** Keeps what was compiled; patterns may come with a call, so only some are kept. */
function remembering<T>(make: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    let found = known.get(text);
    if (found === undefined) {
      found = make(text);
      if (known.size >= MOST_PATTERNS) known.clear();
      known.set(text, found);
    }
    return found;
  };
}
