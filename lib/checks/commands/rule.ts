import type { Code } from '../../model/codes.ts';
import type { Pattern } from '../../model/lists.ts';
import type { CommandRule, Place } from '../../model/rules.ts';
import type { ShellCommand, ShellFacts } from '../../parse/shell/facts.ts';
import { changesWhatRuns } from '../../parse/shell/variables.ts';
import type { Outcome } from '../outcome.ts';
import { type Listing, listingOf } from './listing.ts';
import { type CommandPattern, compileCommandPattern, couldMatch, namesProgram } from './pattern.ts';
import { compileRedirects, type RedirectTargets } from './redirect.ts';
import type { Subject } from './subject.ts';
import { allCommands, isUnknown, runsUnknown, treeOf } from './tree.ts';

export interface CompiledCommandRule {
  readonly rule: CommandRule;
  readonly allow: readonly CommandPattern[] | undefined;
  readonly deny: readonly CommandPattern[];
  readonly requireApproval: readonly CommandPattern[];
  readonly redirects: RedirectTargets;
}

/** Throws when a pattern cannot be used. */
export function compileCommandRule(rule: CommandRule, base: string): CompiledCommandRule {
  const compile = (patterns: readonly Pattern[]) => patterns.map(compileCommandPattern);
  return {
    rule,
    allow: rule.allow && compile(rule.allow.patterns),
    deny: compile(rule.deny),
    requireApproval: compile(rule.requireApproval),
    redirects: compileRedirects(rule.redirectTo, base),
  };
}

/** One command line as it was read. */
export interface ReadLine {
  readonly subject: Subject;
  readonly facts: ShellFacts;
  /** The folder it is run in. */
  readonly begins: string;
  /** The folder relative names count from; undefined when nobody knows it. */
  readonly folder: string | undefined;
}

/** Words behind a dangerous option that are searched for the name of a denied program. */
const MOST_HIDDEN = 32;

type Say = (code: Code, text: string, place: Place, fix: string) => void;

/** What a rule of the operator says of one command line. */
export function judgeByRule(compiled: CompiledCommandRule, line: ReadLine, outcome: Outcome): void {
  const { rule, allow, deny, requireApproval } = compiled;
  if (allow === undefined && deny.length === 0 && requireApproval.length === 0) return;
  const { facts, subject } = line;
  const place = rule.allow ?? rule;
  const say: Say = (code, text, { rule: path, source }, fix) => {
    outcome.add('deny', { code, text: `${text} in ${named(subject)}`, rule: path, source, at: subject.at, fix });
  };
  const why = facts.faults[0] ?? facts.doubts[0];
  if (why !== undefined)
    return say('SP3122', `the command line cannot be understood (${why})`, place, 'write the command plainly');
  judgeDenied(compiled, line, say);
  judgeAsked(compiled, line, outcome);
  if (deny.length > 0 || allow !== undefined) judgeAssignments(line, place, say);
  if (allow !== undefined) judgeAllowed(compiled, allow, line, place, say);
}

export function named({ at }: { readonly at: string }): string {
  return `the argument \`${at}\``;
}

function judgeDenied({ rule, deny }: CompiledCommandRule, { facts }: ReadLine, say: Say): void {
  if (deny.length === 0) return;
  for (const denied of deny) {
    if (!occurs(denied, facts)) continue;
    say(
      'SP3121',
      'a command is not allowed',
      denied.pattern,
      `take ${JSON.stringify(denied.pattern.glob)} out of ${listOf(denied.pattern)}`,
    );
  }
  const {
    deny: [first],
  } = rule;
  if (allCommands(facts).some(isHidden)) {
    say('SP3123', 'a command is only known when it runs', first!, 'write the command literally');
  }
}

/** A command nobody can name before it runs. */
function isHidden(command: ShellCommand): boolean {
  return isUnknown(command) || runsUnknown(command);
}

function judgeAsked({ requireApproval }: CompiledCommandRule, { facts, subject }: ReadLine, outcome: Outcome): void {
  const hidden = requireApproval.length > 0 && allCommands(facts).some(isHidden);
  const asking = requireApproval.find((pattern) => occurs(pattern, facts)) ?? (hidden ? requireApproval[0] : undefined);
  if (asking === undefined) return;
  const { rule, source, glob } = asking.pattern;
  const text = `a command in ${named(subject)} needs the approval of a person`;
  const fix = `take ${JSON.stringify(glob)} out of ${listOf(asking.pattern)}`;
  outcome.add('require_approval', { code: 'SP6003', text, rule, source, at: subject.at, fix });
}

/** What a command may run and nobody here reads: programs in other languages, values of dangerous options. */
function hiddenTexts({ words, hazards }: ShellCommand): string[] {
  return hazards.flatMap(({ at, runs, code }) => {
    if (runs !== undefined) return [];
    const text = words.slice(at, at + MOST_HIDDEN).map((word) => word.text);
    return [code ?? '', text.join(' ')];
  });
}

/** Whether a command of the text could be what the pattern says, through whatever runs it. */
function occurs({ members }: CommandPattern, facts: ShellFacts): boolean {
  const [first] = members;
  if (members.length === 1) {
    return allCommands(facts).some((command) => {
      return couldMatch(command, first!) || hiddenTexts(command).some((text) => namesProgram(text, first!));
    });
  }
  return facts.pipelines.some((pipeline) =>
    pipeline.some((_, from) =>
      members.every((member, at) =>
        pipeline[from + at]?.some((command) => [...treeOf(command)].some((one) => couldMatch(one, member))),
      ),
    ),
  );
}

function judgeAssignments({ facts, subject }: ReadLine, place: Place, say: Say): void {
  const names = [...facts.assignments, ...allCommands(facts).flatMap(({ assignments }) => assignments)];
  const changing = names.some(({ name, dynamic }) => dynamic || changesWhatRuns(name));
  if (changing || subject.variables.some(changesWhatRuns)) {
    say('SP3124', 'an assignment changes what commands run', place, 'leave the assignment out');
  }
}

function judgeAllowed(
  compiled: CompiledCommandRule,
  allow: readonly CommandPattern[],
  line: ReadLine,
  place: Place,
  say: Say,
): void {
  const { facts } = line;
  if (facts.defines.length > 0)
    say('SP3121', 'a function gives a name another meaning', place, 'write the commands without a function');
  const commands = allCommands(facts);
  const redirects = [...facts.redirects, ...commands.flatMap((command) => command.redirects)];
  if (redirects.some((redirect) => !compiled.redirects.allows(redirect, line.folder))) {
    const fix = `add the target to ${compiled.rule.rule}.redirect_to`;
    say('SP3125', 'a redirection leads to where it may not go', compiled.rule, fix);
  }
  const listing = listingOf([...allow, ...compiled.requireApproval], facts);
  for (const command of facts.commands) judgeListed(command, listing, place, say);
}

function judgeListed(command: ShellCommand, listing: Listing, place: Place, say: Say): void {
  if (isUnknown(command))
    return say('SP3123', 'a command is only known when it runs', place, 'write the command literally');
  const found = listing(command);
  if (found === 'listed') return;
  if (found === 'unlisted') {
    const text = command.words
      .map(({ text: word }) => (/^[\w./:=@%+-]+$/.test(word) ? word : JSON.stringify(word)))
      .join(' ');
    return say('SP3121', 'a command is on no list', place, `add ${JSON.stringify(text)} to ${place.rule}`);
  }
  const fix = `name the word that ${found.about.slice(0, 80)} in an entry of ${place.rule}`;
  say('SP3121', 'a command runs or changes more than the list names', place, fix);
}

function listOf({ rule }: Pattern): string {
  return rule.replace(/\[\d+\]$/, '');
}
