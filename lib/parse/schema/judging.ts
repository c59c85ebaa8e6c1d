import { pointerTo } from '../../model/json-pointer.ts';
import type { Outline } from './outline.ts';

/** What was looked at of an object or an array, for `unevaluatedProperties` and `unevaluatedItems`. */
export interface Seen {
  readonly keys: Set<string>;
  readonly items: Set<number>;
}

export function newSeen(): Seen {
  return { keys: new Set(), items: new Set() };
}

/** Where a value stands, as a chain from the value up; undefined is the top. */
export interface Spot {
  readonly up: Spot | undefined;
  readonly key: string | number;
}

/** What does not fit: the place as a JSON pointer, and what should stand there. */
export interface SchemaFault {
  readonly at: string;
  readonly expected: string;
}

/** Judging came to the end of what it may cost. */
export class SchemaBudgetError extends Error {}

/** Whether `value` fits; when it does not, `run` has been told why. */
export type Judge = (value: unknown, spot: Spot | undefined, run: Run, seen: Seen | undefined) => boolean;

/** Matches a text in time proportional to its length. */
export interface LinearPattern {
  /** Instructions of its program. */
  readonly size: number;
  /** Texts longer than this are not put to it. */
  readonly longest?: number;
  test(text: string): boolean;
}

/** Compiles a `pattern` (ECMA-262); undefined when it cannot be matched in linear time. */
export type PatternCompiler = (source: string) => LinearPattern | undefined;

/** What makes judges of the parts of a schema. */
export interface Judges {
  readonly outline: Outline;
  readonly patterns: PatternCompiler | undefined;
  /** The judge of a subschema; whatever is no schema lets everything pass. */
  judge(schema: unknown): Judge;
  /** Notes that something is left out, once. */
  note(text: string): undefined;
}

/** Judges nested in each other, at most; each takes several frames of the stack. */
const DEEPEST = 800;

/** One judging of one value: what it may still cost, and the first fault. */
export class Run {
  #left: number;
  #depth = 0;
  /** Above 0 where a fault is no fault of the whole: inside `not`, `anyOf`, `if`. */
  #muted = 0;
  #fault: SchemaFault | undefined;

  constructor(budget: number) {
    this.#left = budget;
  }

  get fault(): SchemaFault | undefined {
    return this.#fault;
  }

  /** Throws a {@link SchemaBudgetError} when more is spent than there is. */
  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw new SchemaBudgetError('judging it takes too long');
  }

  enter(): void {
    this.spend(1);
    if (++this.#depth > DEEPEST) throw new SchemaBudgetError('it is nested too deep');
  }

  leave(): void {
    this.#depth--;
  }

  /** Tries without being told of faults. */
  quietly(attempt: () => boolean): boolean {
    this.#muted++;
    const fits = attempt();
    this.#muted--;
    return fits;
  }

  /** Notes why the value does not fit; the first reason stands. Answers false. */
  fails(spot: Spot | undefined, expected: () => string): false {
    if (this.#muted === 0 && this.#fault === undefined) {
      this.#fault = { at: placeOf(spot), expected: expected() };
    }
    return false;
  }
}

function placeOf(spot: Spot | undefined): string {
  const keys: string[] = [];
  for (let at = spot; at !== undefined; at = at.up) keys.push(String(at.key));
  return pointerTo(keys.reverse());
}
