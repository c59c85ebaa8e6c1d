import type { Files } from '../../model/files.ts';
import type { PathRule, Placed, ToolRule } from '../../model/rules.ts';
import type { Grounds } from './ground.ts';
import { asks, denied, type Objection, stricter, withoutPattern } from './outcome.ts';
import { compilePattern, type PathPattern } from './patterns.ts';
import type { Subject } from './subject.ts';
import { contains, restricted } from './whole-folders.ts';

/** A rule of the operator over paths, compiled for one folder relative patterns are read from. */
export interface CompiledRule {
  readonly rule: PathRule;
  readonly allow: readonly PathPattern[] | undefined;
  readonly deny: readonly PathPattern[];
  readonly requireApproval: readonly PathPattern[];
  readonly readOnly: readonly PathPattern[];
}

export function compileRule(rule: PathRule, base: string, grounds: Grounds, files: Files): CompiledRule {
  const list = (patterns: PathRule['deny'], reach: 'restricts' | 'grants') =>
    patterns.map((pattern) => compilePattern(pattern, reach, base, grounds, files));
  return {
    rule,
    allow: rule.allow && list(rule.allow.patterns, 'grants'),
    deny: list(rule.deny, 'restricts'),
    requireApproval: list(rule.requireApproval, 'restricts'),
    readOnly: list(rule.readOnly, 'restricts'),
  };
}

/** What the rule has against a path before anything is asked about it: its text alone may be enough to deny. */
export function judgeText(compiled: CompiledRule, subject: Subject): Objection | undefined {
  const match = matching(compiled.deny, subject);
  return match && denied('SP3101', match.pattern, subject.value.at, withoutPattern(match.pattern));
}

/** What the rule has against a path, all its forms considered. `writes` is false for calls that only read. */
export function judgeRule(
  compiled: CompiledRule,
  subject: Subject,
  writes: boolean,
  base: string,
): Objection | undefined {
  const { at } = subject.value;
  const refused = judgeText(compiled, subject) ?? judgeAllow(compiled, subject) ?? judgeDepth(compiled, subject, base);
  if (refused !== undefined) return refused;
  const fixed = writes ? matching(compiled.readOnly, subject) : undefined;
  if (fixed !== undefined) return denied('SP3106', fixed.pattern, at, withoutPattern(fixed.pattern));
  const asked = matching(compiled.requireApproval, subject);
  return asked && asks(asked.pattern, at, withoutPattern(asked.pattern));
}

/** Whether the operator named a place the path lies in, in all its forms. */
export function grants({ rule, allow }: CompiledRule, subject: Subject): boolean {
  return rule.layer === 1 && allow !== undefined && everyForm(allow, subject);
}

/**
 * A file larger than `most` bytes is neither read nor written; what a write brings counts as the size it makes. Nor is one
 * of this machine whose size cannot be told, because it lies where nothing is looked up.
 */
export function judgeSize(
  most: NonNullable<ToolRule['maxFileBytes']>,
  subject: Subject,
  contentBytes: number | undefined,
  isLocal: boolean,
): Objection | undefined {
  if (contentBytes === undefined && isLocal && subject.facts.kind === 'unknown') {
    const folder = JSON.stringify(`${subject.facts.real.replace(/\/[^/]*$/, '')}/**`);
    return denied('SP3103', most, subject.value.at, `name its folder in a list of allowed paths: ${folder}`);
  }
  const bytes = contentBytes ?? (subject.facts.kind === 'file' ? subject.facts.size : 0);
  return bytes > most.value ? denied('SP3104', most, subject.value.at, `raise ${most.rule}`) : undefined;
}

/** The strictest of what all rules say. */
export function judgeRules(rules: readonly CompiledRule[], judge: (rule: CompiledRule) => Objection | undefined) {
  let found: Objection | undefined;
  for (const rule of rules) {
    found = stricter(found, judge(rule));
    if (found?.effect === 'deny') return found;
  }
  return found;
}

/** What a person may agree to need not stand in the list of what is allowed as well. */
function judgeAllow({ allow, requireApproval, rule }: CompiledRule, subject: Subject): Objection | undefined {
  if (allow === undefined || everyForm([...allow, ...requireApproval], subject)) return undefined;
  const path = JSON.stringify(subject.facts.real);
  return denied('SP3101', rule.allow!, subject.value.at, `add ${path} to ${rule.allow!.rule}`);
}

/** Names below the folder that allows the path; below the working folder, or the root, where none does. */
function judgeDepth({ allow, rule }: CompiledRule, subject: Subject, base: string): Objection | undefined {
  if (rule.maxDepth === undefined) return undefined;
  const most: Placed<number> = rule.maxDepth;
  const roots = [...(allow ?? []).map(({ root }) => root), base];
  const deep = subject.forms.some(({ path }) => depthBelow(path, roots) > most.value);
  return deep ? denied('SP3105', most, subject.value.at, `raise ${most.rule}`) : undefined;
}

function depthBelow(path: string, roots: readonly string[]): number {
  const count = (text: string) => text.split('/').filter((name) => name !== '').length;
  const above = roots.filter((root) => root !== '/' && (path === root || path.startsWith(`${root}/`))).map(count);
  return count(path) - Math.max(0, ...above);
}

function everyForm(allow: readonly PathPattern[], { forms }: Subject): boolean {
  return forms.every((names) => allow.some((pattern) => pattern.matches(names, false)));
}

function matching(patterns: readonly PathPattern[], subject: Subject): PathPattern | undefined {
  const { foldsCase } = subject;
  const forms = restricted(subject);
  for (const pattern of patterns) {
    for (const names of forms)
      if (pattern.matches(names, false) || (foldsCase && pattern.matches(names, true))) return pattern;
    if (contains(subject, pattern.roots)) return pattern;
  }
  return undefined;
}
