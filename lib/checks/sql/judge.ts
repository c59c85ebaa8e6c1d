import type { Call } from '../../model/call.ts';
import type { Config } from '../../model/config.ts';
import { type Edit, PASS, pass, type Verdict } from '../../model/decision.ts';
import { all, type Later, then } from '../../model/later.ts';
import type { Place, SqlDialect, SqlRule, ToolRule } from '../../model/rules.ts';
import { type JudgedValue, type JudgedValues, judgedValues } from '../../policy/judged-values.ts';
import type { RuleBook } from '../../policy/rule-book.ts';
import type { Payload } from '../../wire/payload.ts';
import { replaceAt } from '../../wire/replace.ts';
import { Outcome } from '../outcome.ts';
import { SqlBaseline } from './baseline.ts';
import { cutRows } from './cut-rows.ts';
import { type Reading, SqlReader } from './reading.ts';
import { type CompiledSqlRule, compileSqlRule, judgeByRule } from './rule.ts';
import { withLimit } from './with-limit.ts';

/** Dialects in which a text is read whose own is not known; it must be harmless in each that understands it. */
const GUESSES: readonly SqlDialect[] = ['postgres', 'ansi'];
/** What other readers than those of {@link GUESSES} run though it looks like a comment. */
const RUN_COMMENT = /\/\*M?!/i;

/** The part of the check that is loaded when there is something to judge. */
export class SqlJudge {
  readonly #config: Config;
  readonly #book: RuleBook;
  readonly #rules: ReadonlyMap<SqlRule, CompiledSqlRule>;
  readonly #baseline: SqlBaseline;
  readonly #reader = new SqlReader();

  private constructor(config: Config, book: RuleBook, rules: ReadonlyMap<SqlRule, CompiledSqlRule>) {
    this.#config = config;
    this.#book = book;
    this.#rules = rules;
    this.#baseline = new SqlBaseline(config);
  }

  /** Rejects when an entry of a list cannot be compiled. */
  static async of(config: Config, book: RuleBook): Promise<SqlJudge> {
    const compiled = new Map<SqlRule, CompiledSqlRule>();
    for (const { sql } of config.policies.rules) if (sql !== undefined) compiled.set(sql, await compileSqlRule(sql));
    return new SqlJudge(config, book, compiled);
  }

  /** `usual`: the arguments of the preset, else the inferred ones. */
  judge(call: Call, rules: readonly ToolRule[], usual: JudgedValues, most: number | undefined): Later<Verdict> {
    const outcome = new Outcome();
    const held = rules.map((rule) => this.#rules.get(rule.sql!)!);
    const preset = this.#book.presetOf(call.resource.backend)?.dialect;
    const work: Later<Edit | undefined>[] = [];
    for (const compiled of held) {
      const { rule } = compiled;
      const found = rule.in === undefined ? usual : judgedValues(call, 'sql', rule.in, undefined);
      if (found.wrong !== undefined) notText(found.wrong, rule, outcome);
      if (found.expected && found.values.length === 0) this.#nothingFound(rule, outcome);
      const dialect = rule.dialect?.value ?? preset;
      for (const value of found.values) work.push(this.#byRule(compiled, value, dialect, outcome));
    }
    if (usual.wrong !== undefined && !this.#baseline.isOff) {
      notText(usual.wrong, this.#config.policies.baseline.destructive_sql, outcome);
    }
    const known = held.map(({ rule }) => rule.dialect?.value).find((dialect) => dialect !== undefined) ?? preset;
    const named = held.flatMap(({ rule }) =>
      rule.in === undefined ? [] : judgedValues(call, 'sql', rule.in, undefined).values,
    );
    const multiple = held.some(({ rule }) => rule.multiple);
    for (const value of distinct([...usual.values, ...named])) {
      work.push(this.#byBaseline(value, known, multiple, outcome));
      if (most !== undefined && known !== undefined) work.push(this.#limited(value, known, most, held, outcome));
    }
    return then(all(work), (edits) => withEdits(outcome.verdict(), edits));
  }

  /** Cuts the rows of a reply. */
  rows(body: Payload, most: number): Verdict {
    const { edit, counted } = cutRows(body, most);
    if (edit !== undefined) return pass({ edits: [edit] });
    return counted ? PASS : pass({ findings: ['the rows of the answer could not be counted'] });
  }

  /** Loads the parsers, so that the first call need not wait. */
  warm(dialects: ReadonlySet<SqlDialect>): Later<void> {
    return then(all([...dialects].map((dialect) => this.#reader.read('SELECT 1', dialect))), () => {});
  }

  #byRule(
    compiled: CompiledSqlRule,
    { text, at }: JudgedValue,
    dialect: SqlDialect | undefined,
    outcome: Outcome,
  ): Later<undefined> {
    const { rule } = compiled;
    const place = { rule: rule.rule, source: rule.source, at };
    if (dialect === undefined) {
      const fix = `set ${rule.rule}.dialect`;
      outcome.add('deny', { code: 'SP3117', text: 'the dialect of the SQL is not known', ...place, fix });
      return undefined;
    }
    return then(this.#reader.read(text, dialect), (reading) => {
      if ('facts' in reading)
        judgeByRule(compiled, { facts: reading.facts, dialect, at, strict: this.#isStrict }, outcome);
      else {
        const said = `the SQL could not be understood: ${reading.fault}`;
        outcome.add('deny', { code: 'SP3112', text: said, ...place, fix: `write it as ${dialect} understands it` });
      }
      return undefined;
    });
  }

  #byBaseline(
    { text, at }: JudgedValue,
    dialect: SqlDialect | undefined,
    multiple: boolean,
    outcome: Outcome,
  ): Later<undefined> {
    if (this.#baseline.isOff) return undefined;
    const dialects = dialect === undefined ? GUESSES : [dialect];
    const readings = dialects.map((each) => this.#reader.read(text, each));
    return then(all<Reading>(readings), (read) => {
      for (const [index, reading] of read.entries()) {
        if ('facts' in reading) this.#baseline.judge(reading.facts, dialects[index]!, at, multiple, outcome);
      }
      const [fault] = read.flatMap((reading) => ('fault' in reading ? [reading.fault] : []));
      const isRead = fault === undefined || (read.some((reading) => 'facts' in reading) && !RUN_COMMENT.test(text));
      if (!isRead) this.#baseline.unread(text, fault, at, outcome);
      return undefined;
    });
  }

  /** The edit that adds or lowers a limit, when there is none or it is too high. What comes of it is judged again. */
  #limited(
    value: JudgedValue,
    dialect: SqlDialect,
    most: number,
    held: readonly CompiledSqlRule[],
    outcome: Outcome,
  ): Later<Edit | undefined> {
    const { text, at, path } = value;
    return then(this.#reader.read(text, dialect), (reading) => {
      const limited = 'facts' in reading ? withLimit(text, reading.facts, most) : undefined;
      if (limited === undefined) return undefined;
      if (limited === 'elsewhere' || path === undefined) {
        outcome.note(`the rows the SQL at ${at} asks for are limited in the answer only`);
        return undefined;
      }
      const same = this.#reader.sameButLimit(text, limited, dialect);
      return then(all<boolean | Reading>([same, this.#reader.read(limited, dialect)]), ([isSame, again]) => {
        const facts = typeof again === 'object' && 'facts' in again ? again.facts : undefined;
        if (isSame !== true || facts === undefined || facts.limit?.rows !== most) {
          const place = held[0]?.rule ?? this.#config.policies.baseline.destructive_sql;
          const said = 'the SQL could not be limited without changing what it means';
          const fix = `write LIMIT ${most} in the SQL`;
          outcome.add('deny', { code: 'SP3112', text: said, rule: place.rule, source: place.source, at, fix });
          return undefined;
        }
        for (const compiled of held) judgeByRule(compiled, { facts, dialect, at, strict: this.#isStrict }, outcome);
        return { name: `limit rows to ${most}`, apply: (body) => replaceAt(body, path, JSON.stringify(limited)) };
      });
    });
  }

  get #isStrict(): boolean {
    return this.#config.profile === 'strict';
  }

  /** A rule that finds nothing in a call to a tool that takes SQL. */
  #nothingFound({ rule, source }: SqlRule, outcome: Outcome): void {
    const { value } = this.#config.policies.baseline.unjudged_arguments;
    const text = 'a rule for SQL found no argument to judge in this call';
    if (value === 'allow') return outcome.note(text);
    outcome.add(value, { code: 'SP3046', text, rule, source, at: '', fix: `set ${rule}.in` });
  }
}

function notText(at: string, { rule, source }: Place, outcome: Outcome): void {
  const text = 'what stands where SQL must stand is no text';
  outcome.add('deny', { code: 'SP3112', text, rule, source, at, fix: 'send the SQL as a text' });
}

/** Arguments and answers to questions may stand at the same pointer. */
function distinct(values: readonly JudgedValue[]): JudgedValue[] {
  return [...new Map(values.map((value) => [`${value.at}\0${value.text}`, value])).values()];
}

function withEdits(verdict: Verdict, edits: readonly (Edit | undefined)[]): Verdict {
  const made = edits.filter((edit) => edit !== undefined);
  return verdict.pass && made.length > 0 ? { ...verdict, edits: made } : verdict;
}
