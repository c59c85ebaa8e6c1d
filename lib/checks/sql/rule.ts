import type { Effect, Reason } from '../../model/decision.ts';
import type { Place, SqlDialect, SqlRule } from '../../model/rules.ts';
import type { SqlFacts, SqlName, SqlStatement } from '../../parse/sql/facts.ts';
import type { Outcome } from '../outcome.ts';
import { isCatalogue, leaksRows } from './catalogues.ts';
import { isDangerous, isWriting, plain } from './dangerous-functions.ts';
import { harmlessFunctions } from './harmless-functions.ts';
import { compileAllowed, compileEntries, type Entry, namesOf, normalKind, permits, refuses } from './patterns.ts';

/** A rule of the operator about SQL, ready to judge. */
export interface CompiledSqlRule {
  readonly rule: SqlRule;
  readonly deny: readonly Entry[];
  readonly requireApproval: readonly Entry[];
  readonly allow: readonly Entry[] | undefined;
  readonly readOnlyTables: readonly Entry[];
  readonly denyTables: readonly Entry[];
  readonly allowTables: readonly Entry[] | undefined;
  readonly denyFunctions: readonly Entry[];
  readonly allowFunctions: readonly Entry[] | undefined;
}

const small = (glob: string) => glob.trim().toLowerCase();
const asWritten = (glob: string) => glob.trim();

/** Rejects when a pattern cannot be compiled. */
export async function compileSqlRule(rule: SqlRule): Promise<CompiledSqlRule> {
  return {
    rule,
    deny: await compileEntries(rule.deny, normalKind),
    requireApproval: await compileEntries(rule.requireApproval, normalKind),
    allow: await compileAllowed(rule.allow, normalKind),
    readOnlyTables: await compileEntries(rule.readOnlyTables, small),
    denyTables: await compileEntries(rule.denyTables, small),
    allowTables: await compileAllowed(rule.allowTables, asWritten),
    denyFunctions: await compileEntries(rule.denyFunctions, small),
    allowFunctions: await compileAllowed(rule.allowFunctions, small),
  };
}

/** What is judged: one text of a call. */
export interface JudgedSql {
  readonly facts: SqlFacts;
  readonly dialect: SqlDialect;
  /** JSON pointer to the argument. */
  readonly at: string;
  readonly strict: boolean;
}

/** Puts everything the rule says of the text into the outcome. */
export function judgeByRule(compiled: CompiledSqlRule, judged: JudgedSql, outcome: Outcome): void {
  new RuleJudge(compiled, judged, outcome).all();
}

class RuleJudge {
  readonly #compiled: CompiledSqlRule;
  readonly #judged: JudgedSql;
  readonly #outcome: Outcome;
  readonly #namesTables: boolean;

  constructor(compiled: CompiledSqlRule, judged: JudgedSql, outcome: Outcome) {
    this.#compiled = compiled;
    this.#judged = judged;
    this.#outcome = outcome;
    const { denyTables, readOnlyTables, allowTables } = compiled;
    this.#namesTables = denyTables.length > 0 || readOnlyTables.length > 0 || allowTables !== undefined;
  }

  all(): void {
    const { rule } = this.#compiled;
    const { facts } = this.#judged;
    if (facts.backslash !== 'none') {
      const text = "a backslash in a string without E is read differently by some servers; write it as E'\\\\'";
      this.#add('deny', 'SP3112', text, rule, "write such strings as E'…' with doubled backslashes");
    }
    if (facts.count > 1 && !rule.multiple) {
      this.#add(
        'deny',
        'SP3116',
        'several SQL statements in one text are not allowed here',
        rule,
        `set ${rule.rule}.multiple: true`,
      );
    }
    for (const statement of facts.statements) {
      this.#kind(statement);
      this.#writing(statement);
      this.#tables(statement);
      for (const name of statement.functions) this.#function(name);
    }
  }

  #kind(statement: SqlStatement): void {
    const { deny, requireApproval, allow, rule } = this.#compiled;
    const names = namesOf(statement, 'refuse');
    const said = `a SQL statement of the kind ${statement.kind}`;
    const denied = deny.find(({ matches }) => names.some(matches));
    if (denied !== undefined) this.#add('deny', 'SP3111', `${said} is not allowed here`, denied, removing(denied));
    const asked = requireApproval.find(({ matches }) => names.some(matches));
    if (asked !== undefined) {
      this.#add('require_approval', 'SP6003', `${said} needs the agreement of a person`, asked, removing(asked));
    }
    if (allow === undefined || statement.kind === 'VALUES') return;
    const permitted = namesOf(statement, 'allow');
    if (allow.some(({ matches }) => permitted.some(matches))) return;
    const place = rule.allow!;
    this.#add(
      'deny',
      'SP3111',
      `${said} is not on the list of what is allowed here`,
      place,
      `add "${statement.kind}" to ${place.rule}`,
    );
  }

  #writing(statement: SqlStatement): void {
    const { readOnly } = this.#compiled.rule;
    if (readOnly?.value !== true) return;
    if (statement.readsOnly && !statement.functions.some(isWriting)) return;
    this.#add(
      'deny',
      'SP3115',
      `${statement.kind} writes, and only reading is allowed here`,
      readOnly,
      `set ${readOnly.rule}: false`,
    );
  }

  #tables(statement: SqlStatement): void {
    if (!this.#namesTables) return;
    const { rule, denyTables, readOnlyTables } = this.#compiled;
    if (statement.opaque !== undefined) {
      const text = `the tables ${statement.kind} touches cannot be known: ${statement.opaque}`;
      this.#add('deny', 'SP3113', text, rule, `remove the rules about tables from ${rule.rule}`);
    }
    for (const name of [...statement.reads, ...statement.writes]) {
      const denied = denyTables.find((entry) => refuses(entry, name));
      if (denied !== undefined)
        this.#add('deny', 'SP3113', 'a table of the SQL is not allowed here', denied, removing(denied));
      this.#listed(name);
    }
    for (const name of statement.writes) {
      const kept = readOnlyTables.find((entry) => refuses(entry, name));
      if (kept !== undefined)
        this.#add('deny', 'SP3113', 'a table of the SQL may be read, not written', kept, removing(kept));
    }
  }

  #listed(name: SqlName): void {
    const { rule, allowTables } = this.#compiled;
    const { dialect, strict } = this.#judged;
    if (leaksRows(name)) {
      const text = 'a table of the server that shows contents of other tables is not allowed here';
      this.#add('deny', 'SP3113', text, rule, `remove the rules about tables from ${rule.rule}`);
    }
    if (dialect === 'mssql' && name.length > 3) {
      this.#add('deny', 'SP3113', 'tables of other servers are not allowed here', rule, 'name a table of this server');
    }
    if (strict && name.length === 1 && dialect !== 'sqlite') {
      this.#add('deny', 'SP3113', 'a table without its schema may be any; write schema.table', rule, 'name its schema');
    }
    if (allowTables === undefined || allowTables.some((entry) => permits(entry, name))) return;
    if (!strict && isCatalogue(name, dialect)) return;
    const place = rule.allowTables!;
    const text = 'a table of the SQL is not on the list of what is allowed here';
    this.#add('deny', 'SP3113', text, place, `add "${name.join('.')}" to ${place.rule}`);
  }

  #function(name: SqlName): void {
    const { rule, denyFunctions, allowFunctions } = this.#compiled;
    const last = plain(name);
    const names = [last, name.join('.').toLowerCase()];
    const denied = denyFunctions.find(({ matches }) => names.some(matches));
    const text = 'a function of the SQL is not allowed here';
    if (denied !== undefined) this.#add('deny', 'SP3114', text, denied, removing(denied));
    const fix = `add "${names[1]}" to ${rule.rule}.allow_functions`;
    if (allowFunctions !== undefined) {
      const own = allowFunctions.some(({ matches }) => matches(names[1]!) || (name.length === 1 && matches(last)));
      if (!own) this.#add('deny', 'SP3114', text, rule.allowFunctions!, fix);
      return;
    }
    if (isDangerous(name)) this.#add('deny', 'SP3114', text, rule, fix);
    else if ((rule.readOnly?.value === true || this.#namesTables) && !isHarmless(name, this.#judged.dialect)) {
      this.#add('deny', 'SP3114', 'a function of the SQL is not known to do no more than compute', rule, fix);
    }
  }

  #add(effect: Effect, code: Reason['code'], text: string, place: Place, fix: string): void {
    const { at } = this.#judged;
    this.#outcome.add(effect, { code, text, rule: place.rule, source: place.source, at, fix });
  }
}

/** A function of another schema is somebody's own, whatever its name. */
function isHarmless(name: SqlName, dialect: SqlDialect): boolean {
  const [schema, last] = [name.length > 1 ? name.slice(0, -1).join('.').toLowerCase() : undefined, name.at(-1)!];
  const isOwn = schema === undefined || schema === 'pg_catalog';
  return isOwn && (harmlessFunctions(dialect).has(last.toLowerCase()) || (schema !== undefined && !/\w/.test(last)));
}

function removing({ glob, rule }: Entry): string {
  return `remove "${glob}" (${rule})`;
}
