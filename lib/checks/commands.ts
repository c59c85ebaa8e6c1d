import type { Call } from '../model/call.ts';
import type { Config } from '../model/config.ts';
import { PASS, type Verdict } from '../model/decision.ts';
import { type Later, then } from '../model/later.ts';
import { defineCheck, type Judge } from '../policy/check.ts';
import { judgedValues } from '../policy/judged-values.ts';
import type { RuleBook } from '../policy/rule-book.ts';
import type { CommandJudge } from './commands/judge.ts';
import { LoadedLater } from './loaded-later.ts';

/** What calls run: every simple command of a command line, also those that other commands run. */
export const commands = defineCheck({
  id: 'commands',
  about: 'Judges every command a command line would run, through substitutions, wrappers and variables.',
  create: (config, { book }) => {
    const check = new CommandsCheck(config, book);
    const hasRules = config.policies.rules.some((rule) => rule.commands !== undefined);
    return hasRules ? then(check.judge.get(), () => check) : check;
  },
});

/** Finds what there is to judge; what judges it is loaded when it is first needed. */
class CommandsCheck implements Judge {
  readonly judge: LoadedLater<CommandJudge>;
  readonly #book: RuleBook;

  constructor(config: Config, book: RuleBook) {
    this.#book = book;
    this.judge = new LoadedLater(async () => (await import('./commands/judge.ts')).CommandJudge.of(config));
  }

  call(call: Call): Later<Verdict> {
    if (call.direction === 'to-client') return PASS;
    const rules = this.#book.holding(call, 'commands');
    const usual = judgedValues(call, 'commands', undefined, this.#book.presetTool(call.resource));
    if (rules.length === 0 && usual.values.length === 0) return PASS;
    return then(this.judge.get(), (judge) => judge.judge(call, rules, usual));
  }

  warm(): void {
    this.judge.warm();
  }
}
