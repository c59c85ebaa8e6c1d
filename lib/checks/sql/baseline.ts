import type { Config } from '../../model/config.ts';
import type { Reason } from '../../model/decision.ts';
import type { BaselineName, SqlDialect } from '../../model/rules.ts';
import type { SqlFacts } from '../../parse/sql/facts.ts';
import type { Outcome } from '../outcome.ts';
import { isDangerous, isWriting } from './dangerous-functions.ts';

/** Words of statements that destroy or reach out of the database, for texts nobody can read. */
const DESTROYS =
  /\b(?:drop|truncate|alter|grant|revoke|attach|detach|pragma|outfile|dumpfile|infile|load|copy|install|backup|restore|shutdown|vacuum|reindex|rename|xp_\w+|sp_\w+|exec|execute|openrowset|bulk|handler|kill|do|unload|export)\b|\/\*M?!|;\s*\S/i;
const WRITES =
  /\b(?:insert|update|delete|replace|merge|upsert|call|set|create|into|lock|import|begin|commit|analyze|flush|reset|use)\b/i;
/** Names DuckDB takes for files. */
const FILE = /[./\\:*]/;

/** The rules every profile has about SQL. */
export class SqlBaseline {
  readonly #config: Config;

  constructor(config: Config) {
    this.#config = config;
  }

  /** Whether nothing of it can refuse anything. */
  get isOff(): boolean {
    const { destructive_sql, sql_writes, unfiltered_sql_writes } = this.#config.policies.baseline;
    return [destructive_sql, sql_writes, unfiltered_sql_writes].every(({ value }) => value === 'allow');
  }

  /** `multiple`: a rule of the operator allows several statements. */
  judge(facts: SqlFacts, dialect: SqlDialect, at: string, multiple: boolean, outcome: Outcome): void {
    if (facts.count > 1 && !multiple) {
      this.#add('destructive_sql', 'SP3116', 'several SQL statements in one text are not allowed', at, outcome);
    }
    if (facts.backslash === 'extent') {
      const text = "a backslash before a quote is read differently by some servers; write the string as E'…'";
      this.#add('destructive_sql', 'SP3112', text, at, outcome);
    }
    for (const { kind, destructive, readsOnly, filtered, functions, reads, writes } of facts.statements) {
      if (destructive) this.#add('destructive_sql', 'SP3111', `a SQL statement of the kind ${kind}`, at, outcome);
      if (functions.some(isDangerous) || (dialect === 'duckdb' && [...reads, ...writes].some(isFile))) {
        const text = 'SQL that reaches files, programs, the network or the administration of the server';
        this.#add('destructive_sql', 'SP3114', text, at, outcome);
      }
      if (filtered === false) {
        this.#add('unfiltered_sql_writes', 'SP3111', `${kind} without a condition that chooses rows`, at, outcome);
      }
      if (!readsOnly || functions.some(isWriting)) {
        this.#add('sql_writes', 'SP3115', `${kind}, which writes`, at, outcome);
      }
    }
  }

  /**
   * A text that cannot be read by the grammar of its server may still be one the server takes. Its words say the worst
   * it could be; under `strict` it is refused whatever they say.
   */
  unread(text: string, fault: string, at: string, outcome: Outcome): void {
    const said = `SQL that could not be understood (${fault})`;
    if (DESTROYS.test(text)) this.#add('destructive_sql', 'SP3112', said, at, outcome);
    if (DESTROYS.test(text) || WRITES.test(text) || this.#config.profile === 'strict') {
      this.#add('sql_writes', 'SP3112', said, at, outcome);
      this.#add('unfiltered_sql_writes', 'SP3112', said, at, outcome);
    }
    outcome.note(`the SQL at ${at} could not be understood: ${fault}`);
  }

  #add(name: BaselineName, code: Reason['code'], what: string, at: string, outcome: Outcome): void {
    const { value, rule, source } = this.#config.policies.baseline[name];
    const text = value === 'deny' ? `${what} is not allowed here` : `${what} needs the agreement of a person`;
    outcome.add(value, { code, text, rule, source, at, fix: `set policies.baseline.${name}: allow` });
  }
}

function isFile(name: readonly string[]): boolean {
  return name.length === 1 && FILE.test(name[0]!);
}
