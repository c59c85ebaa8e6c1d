import { type Later, then } from '../../model/later.ts';
import type { SqlDialect } from '../../model/rules.ts';
import { MAX_SQL_BYTES, type SqlFacts, SqlFault } from '../../parse/sql/facts.ts';
import { sqlParser } from '../../parse/sql/load.ts';

/** Facts of a text, or why it has none. */
export type Reading = { readonly facts: SqlFacts } | { readonly fault: string };

const MOST_KEPT = 500;
const MOST_CHARACTERS = 2_000_000;

/** Reads SQL and remembers what it read, because agents ask the same again. */
export class SqlReader {
  readonly #kept = new Map<string, Reading>();
  #characters = 0;

  read(text: string, dialect: SqlDialect): Later<Reading> {
    if (text.length > MAX_SQL_BYTES) return { fault: 'it is too long' };
    const key = `${dialect}\0${text}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, kept);
      return kept;
    }
    return then(readNow(text, dialect), (reading) => this.#keep(key, reading));
  }

  /** Whether two texts differ in nothing but the limit of the outermost query. */
  sameButLimit(one: string, other: string, dialect: SqlDialect): Later<boolean> {
    return then(sqlParser(dialect), (parser) => parser.sameButLimit(one, other));
  }

  #keep(key: string, reading: Reading): Reading {
    if (!this.#kept.has(key)) {
      this.#kept.set(key, reading);
      this.#characters += key.length;
    }
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= MOST_KEPT && this.#characters <= MOST_CHARACTERS) break;
      this.#kept.delete(oldest);
      this.#characters -= oldest.length;
    }
    return reading;
  }
}

/** Only faults of the text are readings; anything else rejects, and the call with it. */
function readNow(text: string, dialect: SqlDialect): Later<Reading> {
  const taken = (error: unknown): Reading => {
    if (error instanceof SqlFault) return { fault: error.message };
    throw error;
  };
  try {
    const facts = then(sqlParser(dialect), (parser) => parser.read(text));
    return facts instanceof Promise ? facts.then((found) => ({ facts: found }), taken) : { facts };
  } catch (error) {
    return taken(error);
  }
}
