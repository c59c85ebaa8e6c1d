import type { SqlName, SqlStatement } from './facts.ts';

/** Facts of a statement while they are gathered. */
export interface Draft {
  kind: string;
  readonly reads: SqlName[];
  readonly writes: SqlName[];
  readonly functions: SqlName[];
  readsOnly: boolean;
  destructive: boolean;
  opaque: string | undefined;
  filtered: boolean | undefined;
}

export function draft(kind: string, facts: Partial<SqlStatement> = {}): Draft {
  return {
    kind,
    reads: [],
    writes: [],
    functions: [],
    readsOnly: facts.readsOnly ?? false,
    destructive: facts.destructive ?? false,
    opaque: facts.opaque,
    filtered: facts.filtered,
  };
}

/** Names that stand for queries of the text itself, innermost last. */
export class Scope {
  readonly #names: ReadonlySet<string>;

  constructor(names: ReadonlySet<string> = new Set()) {
    this.#names = names;
  }

  with(...names: readonly string[]): Scope {
    return new Scope(new Set([...this.#names, ...names]));
  }

  has(name: string): boolean {
    return this.#names.has(name);
  }
}
