import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileAllowance, compileRule } from './compile-rule.ts';
import type { SourceRule, SourceRules } from './source-rule.ts';

/** Files of rules, below `lib/inspect/secrets/rules/`. A later one may stand in for a rule of an earlier one. */
const FILES = ['gitleaks.json', 'own.json'];

/** Several rules of one issuer make one kind of secret for whoever reads a placeholder. */
const LABELS: readonly (readonly [RegExp, string])[] = [
  [/^github-/, 'github-token'],
  [/^gitlab-/, 'gitlab-token'],
  [/^slack-(?!webhook)/, 'slack-token'],
  [/^(?:curl-auth-|authorization-)/, 'authorization'],
  [/^(?:generic-password|curl-user)/, 'password'],
  [/^private-key/, 'private-key'],
  [/^generic-/, 'api-key'],
  [/^1password-/, 'onepassword-key'],
  [/^heroku-/, 'heroku-token'],
  [/^jwt/, 'jwt'],
  [/^intra42-/, 'intra-token'],
];

/** Rules of others that know a secret by its name alone. */
const GUESSES: ReadonlySet<string> = new Set(['generic-api-key', 'sourcegraph-access-token']);

/** The rules of a folder as the text of the module that holds them. Throws for the first rule that cannot be compiled. */
export function compiledRules(folder: string): string {
  const sources = FILES.map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as SourceRules);
  const byId = new Map<string, SourceRule>(sources.flatMap(({ rules }) => rules.map((rule) => [rule.id, rule])));
  for (const { more } of sources) {
    for (const [id, allow] of Object.entries(more ?? {})) {
      const rule = byId.get(id);
      if (rule === undefined) throw new Error(`there is no rule ${id} to allow more`);
      byId.set(id, { ...rule, allow: [...(rule.allow ?? []), ...allow] });
    }
  }
  for (const { without } of sources) for (const id of Object.keys(without ?? {})) byId.delete(id);
  const rules = [...byId.values()].map((rule) => JSON.stringify(compileRule(labelled(rule))));
  const allow = sources.flatMap((source) => source.allow.map(compileAllowance));
  const examples = sources.flatMap((source) => source.examples);
  return [
    '// Made of gitleaks.json and own.json by scripts/rules/secrets.ts. NOTICE.md says where they come from.',
    '',
    '/** Each rule as JSON, so that a start does not pay for what it may not need. */',
    'export const RULES: readonly string[] = [',
    ...rules.map((rule) => `  ${literal(rule)},`),
    '];',
    '',
    '/** What is no secret for any rule, and the SHA-256 of published examples, as JSON. */',
    `export const ALLOWED = ${literal(JSON.stringify({ allow, examples }))};`,
    '',
  ].join('\n');
}

function labelled(rule: SourceRule): SourceRule {
  const label = rule.label ?? LABELS.find(([matches]) => matches.test(rule.id))?.[1];
  const guess = rule.guess ?? GUESSES.has(rule.id);
  return { ...rule, ...(label === undefined ? {} : { label }), ...(guess ? { guess } : {}) };
}

function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
