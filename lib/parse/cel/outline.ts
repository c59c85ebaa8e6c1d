import type { parse } from '@bufbuild/cel';

type Expr = ReturnType<typeof parse>['expr'];

const MOST_NODES = 500;
const DEEPEST = 60;
/** Loops inside loops: with more of them a list of a hundred elements takes a million steps. */
const MOST_LOOPS = 2;
/** Names that stand for types. */
const TYPES = new Set(['bool', 'bytes', 'double', 'int', 'list', 'map', 'null_type', 'string', 'type', 'uint']);
const FUNCTION = /^[A-Za-z]\w*$/;

/** A variable an expression may use, and the members it has; undefined when they are not known before a call. */
export type Variables = Readonly<Record<string, readonly string[] | undefined>>;

/** What an expression makes use of. */
export interface Uses {
  readonly variables: ReadonlySet<string>;
  /** Members of each variable that are used, or `all` where it is used as a whole. */
  readonly members: ReadonlyMap<string, ReadonlySet<string> | 'all'>;
  readonly loops: boolean;
}

/** An expression that cannot be used; the message says why. */
export class ExpressionError extends Error {}

/** Looks through a parsed expression. Throws an {@link ExpressionError} for whatever is not known or goes too far. */
export function usesOf(root: Expr, variables: Variables, isFunction: (name: string) => boolean): Uses {
  const search = new Search(variables, isFunction);
  search.visit(root, new Set(), 0, 0);
  return search;
}

class Search implements Uses {
  readonly variables = new Set<string>();
  readonly members = new Map<string, Set<string> | 'all'>();
  loops = false;
  readonly #known: Variables;
  readonly #isFunction: (name: string) => boolean;
  #nodes = 0;

  constructor(known: Variables, isFunction: (name: string) => boolean) {
    this.#known = known;
    this.#isFunction = isFunction;
  }

  visit(expr: Expr | undefined, bound: ReadonlySet<string>, depth: number, loops: number): void {
    if (expr === undefined) return;
    if (++this.#nodes > MOST_NODES || depth > DEEPEST) throw new ExpressionError('it is too long or nested too deep');
    const on = (inner: Expr | undefined, names = bound, more = 0) => this.visit(inner, names, depth + 1, loops + more);
    const { exprKind: kind } = expr;
    switch (kind.case) {
      case 'identExpr':
        this.#use(kind.value.name, bound, 'all');
        return;
      case 'selectExpr': {
        const { operand, field } = kind.value;
        if (operand?.exprKind.case === 'identExpr') this.#use(operand.exprKind.value.name, bound, field);
        else on(operand);
        return;
      }
      case 'callExpr': {
        const { function: name, target, args } = kind.value;
        if (FUNCTION.test(name) && !this.#isFunction(name)) throw new ExpressionError(`there is no function "${name}"`);
        on(target);
        for (const arg of args) on(arg);
        return;
      }
      case 'listExpr':
        for (const element of kind.value.elements) on(element);
        return;
      case 'structExpr':
        if (kind.value.messageName !== '') throw new ExpressionError(`there is no type "${kind.value.messageName}"`);
        for (const { keyKind, value } of kind.value.entries) {
          if (keyKind.case === 'mapKey') on(keyKind.value);
          on(value);
        }
        return;
      case 'comprehensionExpr': {
        if (loops >= MOST_LOOPS)
          throw new ExpressionError(`more than ${MOST_LOOPS} loops (all, exists, map …) inside each other`);
        this.loops = true;
        const { iterVar, iterVar2, accuVar, iterRange, accuInit, loopCondition, loopStep, result } = kind.value;
        const inside = new Set([...bound, iterVar, iterVar2, accuVar]);
        on(iterRange);
        on(accuInit);
        for (const part of [loopCondition, loopStep]) on(part, inside, 1);
        on(result, inside);
        return;
      }
      default:
    }
  }

  #use(name: string, bound: ReadonlySet<string>, member: string): void {
    if (bound.has(name) || (member === 'all' && TYPES.has(name))) return;
    if (!Object.hasOwn(this.#known, name)) {
      throw new ExpressionError(`there is no variable "${name}"; known are ${Object.keys(this.#known).join(', ')}`);
    }
    this.variables.add(name);
    const has = this.#known[name];
    if (has !== undefined && member !== 'all' && !has.includes(member)) {
      throw new ExpressionError(`"${name}" has no "${member}"; it has ${has.join(', ') || 'no members'}`);
    }
    this.#note(name, member);
  }

  #note(name: string, member: string): void {
    const noted = this.members.get(name);
    if (noted === 'all') return;
    if (member === 'all') this.members.set(name, 'all');
    else this.members.set(name, (noted ?? new Set()).add(member));
  }
}
