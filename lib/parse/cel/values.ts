/** Evaluating came to the end of what it may cost. */
export class ExpressionBudgetError extends Error {}

const MOST_STEPS = 1_000_000;
/** Values an expression may be given, and characters of text when it has loops. */
const MOST_VALUES = 20_000;
const MOST_TEXT_IN_LOOPS = 256 * 1024;
const DEEPEST = 100;

/** What one evaluation may still cost. A step is at most about 100 ns. */
export class Steps {
  #left = MOST_STEPS;
  #values = 0;
  #text = 0;
  readonly #loops: boolean;

  constructor(loops: boolean) {
    this.#loops = loops;
  }

  spend(steps: number): void {
    this.#left -= steps;
    if (this.#left < 0) throw new ExpressionBudgetError('evaluating it takes too long');
  }

  /** One more turn of a loop, in which all texts may be looked through. */
  turn(): void {
    this.spend(10 + (this.#text >> 6));
  }

  bring(text: number): void {
    this.#text += text;
    if (++this.#values > MOST_VALUES) throw new ExpressionBudgetError('there is too much to evaluate it over');
    if (this.#loops && this.#text > MOST_TEXT_IN_LOOPS)
      throw new ExpressionBudgetError('the texts are too long to loop over');
  }
}

/** JSON as CEL has it: whole numbers are ints, others doubles; objects are maps with their own members only. */
export function celValue(value: unknown, steps: Steps, depth = 0): unknown {
  if (depth > DEEPEST) throw new ExpressionBudgetError('it is nested too deep');
  if (typeof value === 'string') steps.bring(value.length);
  else steps.bring(0);
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value))
    return countedList(
      value.map((element) => celValue(element, steps, depth + 1)),
      steps,
    );
  if (typeof value !== 'object' || value === null) return value;
  const map = new CountedMap(steps);
  for (const [key, inner] of Object.entries(value)) map.set(key, celValue(inner, steps, depth + 1));
  return map;
}

function countedList(list: unknown[], steps: Steps): unknown[] {
  const values = function* () {
    for (let index = 0; index < list.length; index++) {
      steps.turn();
      yield list[index];
    }
  };
  return Object.defineProperty(list, 'values', { value: values });
}

class CountedMap extends Map<string, unknown> {
  readonly #steps: Steps;

  constructor(steps: Steps) {
    super();
    this.#steps = steps;
  }

  override keys(): MapIterator<string> {
    this.#steps.spend(this.size * 10);
    for (let turn = 0; turn < this.size; turn++) this.#steps.turn();
    return super.keys();
  }
}
