import type { Call } from '../model/call.ts';
import type { Config } from '../model/config.ts';
import { PASS, type Verdict } from '../model/decision.ts';
import { isPromise, type Later, then } from '../model/later.ts';
import { defineCheck, type Judge } from '../policy/check.ts';
import { judgedValues } from '../policy/judged-values.ts';
import type { RuleBook } from '../policy/rule-book.ts';
import type { CommandJudge } from './commands/judge.ts';

/** What calls run: every simple command of a command line, also those that other commands run. */
export const commands = defineCheck({
  id: 'commands',
  about: 'Judges every command a command line would run, through substitutions, wrappers and variables.',
  create: (config, { book }) => {
    const judge = new CommandsCheck(config, book);
    const hasRules = config.policies.rules.some((rule) => rule.commands !== undefined);
    return hasRules ? then(judge.ready(), () => judge) : judge;
  },
});

/** Finds what there is to judge; what judges it is loaded when it is first needed. */
class CommandsCheck implements Judge {
  readonly #config: Config;
  readonly #book: RuleBook;
  #judge: Later<CommandJudge> | undefined;

  constructor(config: Config, book: RuleBook) {
    this.#config = config;
    this.#book = book;
  }

  call(call: Call): Later<Verdict> {
    if (call.direction === 'to-client') return PASS;
    const rules = this.#book.holding(call, 'commands');
    const usual = judgedValues(call, 'commands', undefined, this.#book.presetTool(call.resource));
    if (rules.length === 0 && usual.values.length === 0) return PASS;
    return then(this.ready(), (judge) => judge.judge(call, rules, usual));
  }

  /** What cannot be loaded now denies the calls that need it. */
  warm(): void {
    const loading = this.ready();
    if (isPromise(loading)) loading.catch(() => {});
  }

  ready(): Later<CommandJudge> {
    this.#judge ??= import('./commands/judge.ts')
      .then(({ CommandJudge }) => CommandJudge.of(this.#config))
      .then((judge) => {
        this.#judge = judge;
        return judge;
      });
    return this.#judge;
  }
}
