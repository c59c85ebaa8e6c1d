import type { Call, Reply } from '../model/call.ts';
import type { Config } from '../model/config.ts';
import { PASS, type Verdict } from '../model/decision.ts';
import { type Later, then } from '../model/later.ts';
import { defineCheck, type Judge } from '../policy/check.ts';
import { judgedValues } from '../policy/judged-values.ts';
import type { RuleBook } from '../policy/rule-book.ts';
import { LoadedLater } from './loaded-later.ts';
import type { SqlJudge } from './sql/judge.ts';

/** What SQL in arguments does: its statements, tables and functions, and how many rows may come back. */
export const sql = defineCheck({
  id: 'sql',
  about: 'Judges SQL in arguments by its statements, tables and functions, and limits the rows of answers.',
  create: (config, { book }) => {
    const check = new SqlCheck(config, book);
    const hasRules = config.policies.rules.some((rule) => rule.sql !== undefined);
    return hasRules ? then(check.judge.get(), () => check) : check;
  },
});

/** Finds what there is to judge; what judges it is loaded when it is first needed. */
class SqlCheck implements Judge {
  readonly judge: LoadedLater<SqlJudge>;
  readonly #config: Config;
  readonly #book: RuleBook;
  /** Without such a rule no reply is looked at. */
  readonly #limitsRows: boolean;

  constructor(config: Config, book: RuleBook) {
    this.#config = config;
    this.#book = book;
    this.judge = new LoadedLater(async () => (await import('./sql/judge.ts')).SqlJudge.of(config, book));
    this.#limitsRows = config.policies.rules.some(({ sql: of, maxRows }) => (maxRows ?? of?.maxRows) !== undefined);
  }

  call(call: Call): Later<Verdict> {
    if (call.direction === 'to-client') return PASS;
    const rules = this.#book.holding(call, 'sql');
    const usual = judgedValues(call, 'sql', undefined, this.#book.presetTool(call.resource));
    if (rules.length === 0 && usual.values.length === 0 && usual.wrong === undefined) return PASS;
    const most = this.#mostRows(call);
    return then(this.judge.get(), (judge) => judge.judge(call, rules, usual, most));
  }

  reply(call: Call, reply: Reply): Later<Verdict> {
    if (!this.#limitsRows || !reply.ok || call.action !== 'tools/call') return PASS;
    const most = this.#mostRows(call);
    if (most === undefined) return PASS;
    return then(this.judge.get(), (judge) => judge.rows(reply.body, most));
  }

  warm(): void {
    const dialects = this.#config.policies.rules.flatMap(({ sql: of }) => of?.dialect?.value ?? []);
    const presets = this.#config.backends.flatMap(({ name }) => this.#book.presetOf(name)?.dialect ?? []);
    const needed = new Set([...dialects, ...presets]);
    if (needed.size > 0) this.judge.warm((judge) => judge.warm(needed));
  }

  /** The fewest rows any rule allows that holds for the call. */
  #mostRows(call: Call): number | undefined {
    if (!this.#limitsRows) return undefined;
    const ofSql = this.#book.holding(call, 'sql').flatMap((rule) => rule.sql?.maxRows?.value ?? []);
    const ofTool = this.#book.holding(call, 'maxRows').map(({ maxRows }) => maxRows!.value);
    const all = [...ofSql, ...ofTool];
    return all.length === 0 ? undefined : Math.min(...all);
  }
}
