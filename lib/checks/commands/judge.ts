import { resolve } from 'node:path';
import type { Call } from '../../model/call.ts';
import type { Config } from '../../model/config.ts';
import type { Verdict } from '../../model/decision.ts';
import type { CommandRule, ToolRule } from '../../model/rules.ts';
import type { ShellFacts } from '../../parse/shell/facts.ts';
import type { ShellParser } from '../../parse/shell.ts';
import { shellParser } from '../../parse/shell.ts';
import { type JudgedValues, judgedValues } from '../../policy/judged-values.ts';
import { Outcome } from '../outcome.ts';
import { CommandBaseline } from './baseline.ts';
import { FactsCache } from './facts-cache.ts';
import { type CompiledCommandRule, compileCommandRule, judgeByRule, named, type ReadLine } from './rule.ts';
import { isReadableShell, type NamedShell, type Subject, subjectsOf } from './subject.ts';
import { allCommands, nameOf } from './tree.ts';

/** The part of the check that is loaded when there is something to judge. */
export class CommandJudge {
  readonly #config: Config;
  readonly #baseline: CommandBaseline;
  readonly #facts: FactsCache;
  /** By the folder relative targets of redirections count from. */
  readonly #rules = new Map<string, Map<CommandRule, CompiledCommandRule>>();

  private constructor(config: Config, parser: ShellParser) {
    this.#config = config;
    this.#baseline = new CommandBaseline(config);
    this.#facts = new FactsCache(parser);
    for (const base of new Set(['/', ...config.backends.map(({ cwd }) => cwd)])) {
      const compiled = new Map<CommandRule, CompiledCommandRule>();
      for (const { commands } of config.policies.rules) {
        if (commands !== undefined) compiled.set(commands, compileCommandRule(commands, base));
      }
      this.#rules.set(base, compiled);
    }
  }

  /** Rejects when a pattern of a rule cannot be used. */
  static async of(config: Config): Promise<CommandJudge> {
    return new CommandJudge(config, await shellParser());
  }

  /** `usual`: the arguments of the preset, else the inferred ones. */
  judge(call: Call, rules: readonly ToolRule[], usual: JudgedValues): Verdict {
    const outcome = new Outcome();
    const base = this.#config.backends.find(({ name }) => name === call.resource.backend)?.cwd ?? '/';
    const held = rules.map((rule) => this.#rules.get(base)!.get(rule.commands!)!);
    const chosen = [usual];
    for (const compiled of held) {
      const { rule } = compiled;
      const found = rule.in === undefined ? usual : judgedValues(call, 'commands', rule.in, undefined);
      if (found !== usual) chosen.push(found);
      const { lines, shells } = subjectsOf(call, found.values);
      for (const shell of shells) judgeShell(compiled, shell, outcome);
      for (const line of lines) this.#byRule(compiled, line, base, outcome);
      if (found.wrong !== undefined) notText(compiled, found.wrong, outcome);
      if (found.expected && found.values.length === 0) this.#nothingFound(rule, outcome);
    }
    for (const values of chosen) {
      const { lines, shells } = subjectsOf(call, values.values);
      const foreign = shells.some(({ text }) => !isReadableShell(text));
      for (const line of lines) this.#byBaseline(line, base, held, foreign, outcome);
    }
    return outcome.verdict();
  }

  #byRule(compiled: CompiledCommandRule, subject: Subject, base: string, outcome: Outcome): void {
    if (subject.wrong !== undefined) notText(compiled, subject.at, outcome);
    else judgeByRule(compiled, this.#read(subject, base), outcome);
  }

  #byBaseline(
    subject: Subject,
    base: string,
    held: readonly CompiledCommandRule[],
    foreign: boolean,
    outcome: Outcome,
  ): void {
    if (subject.wrong === undefined) this.#baseline.judge(this.#read(subject, base), held, foreign, outcome);
    else this.#baseline.notUnderstood(subject, subject.wrong, outcome);
  }

  #read(subject: Subject, base: string): ReadLine {
    const { text, words, folder } = subject;
    const facts: ShellFacts = text === undefined ? this.#facts.ofWords(words!) : this.#facts.ofText(text);
    const moves = allCommands(facts).some((command) => ['cd', 'pushd', 'popd', 'chdir'].includes(nameOf(command)));
    const begins = resolve(base, folder ?? '.');
    return { subject, facts, begins, folder: moves ? undefined : begins };
  }

  /** A rule that finds nothing in a call to a tool that can be given a command. */
  #nothingFound(rule: CommandRule, outcome: Outcome): void {
    const { value } = this.#config.policies.baseline.unjudged_arguments;
    const text = 'a rule for commands found no argument to judge in this call';
    if (value === 'allow') return outcome.note(text);
    const fix = `set ${rule.rule}.in`;
    outcome.add(value, { code: 'SP3046', text, rule: rule.rule, source: rule.source, at: '', fix });
  }
}

/** What reads the command must be a shell whose language is known here. */
function judgeShell({ rule }: CompiledCommandRule, shell: NamedShell, outcome: Outcome): void {
  if (isReadableShell(shell.text)) return;
  const text = `the shell in ${named(shell)} is not one whose commands can be understood`;
  outcome.add('deny', {
    code: 'SP3122',
    text,
    rule: rule.rule,
    source: rule.source,
    at: shell.at,
    fix: 'name sh or bash',
  });
}

function notText({ rule }: CompiledCommandRule, at: string, outcome: Outcome): void {
  const text = `what stands in ${named({ at })} is no text`;
  outcome.add('deny', {
    code: 'SP3122',
    text,
    rule: rule.rule,
    source: rule.source,
    at,
    fix: 'give the command as text',
  });
}
