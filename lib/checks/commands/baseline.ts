import type { Config } from '../../model/config.ts';
import type { Baseline } from '../../model/rules.ts';
import type { ShellFacts } from '../../parse/shell/facts.ts';
import type { Outcome } from '../outcome.ts';
import { destruction } from './destructive.ts';
import { runsFetched } from './fetched.ts';
import { leak } from './leaking.ts';
import { listingOf } from './listing.ts';
import { OwnFiles } from './own-files.ts';
import { type CompiledCommandRule, named, type ReadLine } from './rule.ts';
import type { Subject } from './subject.ts';

const DANGERS = new WeakMap<ShellFacts, { readonly danger: string | undefined }>();

/** What is dangerous in a command line, in words for the model; looked for once. */
function dangerIn(facts: ShellFacts): string | undefined {
  let found = DANGERS.get(facts);
  if (found === undefined) {
    const danger = destruction(facts) ?? (runsFetched(facts) ? 'running what was fetched or decoded' : leak(facts));
    found = { danger };
    DANGERS.set(facts, found);
  }
  return found.danger;
}

const OWN = {
  code: 'SP3121',
  rule: "Sallyport's own files",
  source: 'built in',
  fix: 'nothing allows this: it is always denied',
} as const;

/** What holds for every command line in every call, whether or not there are rules. */
export class CommandBaseline {
  readonly #baseline: Baseline;
  readonly #own: OwnFiles;

  constructor(config: Config) {
    this.#baseline = config.policies.baseline;
    this.#own = new OwnFiles(config);
  }

  /** `foreign`: a shell is named whose language nobody here reads, so that not being understood says nothing. */
  judge(
    { subject, facts, begins }: ReadLine,
    held: readonly CompiledCommandRule[],
    foreign: boolean,
    outcome: Outcome,
  ): void {
    const [fault] = facts.faults;
    if (fault !== undefined) {
      if (foreign || !subject.sure) outcome.note(`what stands in ${named(subject)} cannot be read as a command line`);
      else this.notUnderstood(subject, fault, outcome);
    }
    const danger = dangerIn(facts);
    if (danger !== undefined) this.#dangerous(subject, danger, outcome);
    if (this.#own.isMeant(facts, begins)) {
      outcome.add('deny', { ...OWN, text: `the command line in ${named(subject)} is not allowed`, at: subject.at });
    }
    if (held.some(({ allow }) => allow !== undefined)) return;
    const listing = listingOf(
      held.flatMap(({ requireApproval }) => requireApproval),
      facts,
    );
    if (fault !== undefined || facts.commands.some((command) => listing(command) !== 'listed'))
      this.#unlisted(subject, outcome);
  }

  notUnderstood(subject: Subject, why: string, outcome: Outcome): void {
    const { rule, source, value } = this.#baseline.dangerous_commands;
    const text = `the command line in ${named(subject)} cannot be understood (${why})`;
    outcome.add(value, {
      code: 'SP3122',
      text,
      rule,
      source,
      at: subject.at,
      fix: `write it plainly, or set ${rule} to allow`,
    });
  }

  #dangerous(subject: Subject, danger: string, outcome: Outcome): void {
    const { rule, source, value } = this.#baseline.dangerous_commands;
    const text = `the command line in ${named(subject)} is dangerous: ${danger}`;
    outcome.add(value, { code: 'SP3121', text, rule, source, at: subject.at, fix: `set ${rule} to allow` });
  }

  #unlisted(subject: Subject, outcome: Outcome): void {
    const { rule, source, value } = this.#baseline.unlisted_commands;
    const text = `a command in ${named(subject)} is on no list`;
    const fix = `add it to \`commands.allow\` of a rule for the tool, or set ${rule} to allow`;
    outcome.add(value, { code: 'SP3121', text, rule, source, at: subject.at, fix });
  }
}
