import type { Code } from '../model/codes.ts';
import { isPromise, type Later } from '../model/later.ts';
import type { Place } from '../model/rules.ts';

/** A part of the policy that cannot be compiled, and where it stands. */
export class RuleFault extends Error {
  readonly code: Code;
  readonly place: Place;

  constructor(code: Code, { rule, source }: Place, message: string) {
    super(`${rule} (${source}): ${message}`);
    this.code = code;
    this.place = { rule, source };
  }
}

/** What `compile` makes; what it throws or rejects with is told with its place. */
export function inPlace<T>(place: Place, code: Code, compile: () => T): T {
  const tell = (error: unknown): never => {
    throw error instanceof RuleFault ? error : new RuleFault(code, place, (error as Error).message);
  };
  try {
    const made: unknown = compile();
    return (isPromise(made as Later<unknown>) ? (made as Promise<unknown>).catch(tell) : made) as T;
  } catch (error) {
    return tell(error);
  }
}
