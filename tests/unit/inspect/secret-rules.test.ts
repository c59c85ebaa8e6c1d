import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { AllowanceEntry, RuleEntry } from '../../../lib/inspect/secrets/rule.ts';
import { ALLOWED, RULES } from '../../../lib/inspect/secrets/rules/compiled.ts';
import { compileRule } from '../../../scripts/rules/secrets/compile-rule.ts';
import { compiledRules } from '../../../scripts/rules/secrets/compile-rules.ts';
import { parseRe2 } from '../../../scripts/rules/secrets/parse-re2.ts';
import { printJs } from '../../../scripts/rules/secrets/print-js.ts';
import type { SourceRules } from '../../../scripts/rules/secrets/source-rule.ts';
import { ROOT } from '../../support/paths.ts';

/** The part of `recheck` that is used; it is loaded where it is, so that all else compiles without it. */
interface Recheck {
  checkSync(source: string, flags: string, options: { timeout: number }): { readonly status: string };
}
const RECHECK: string = 'recheck';

const FOLDER = join(ROOT, 'lib', 'inspect', 'secrets', 'rules');
const rules = RULES.map((text) => JSON.parse(text) as RuleEntry);
const own = JSON.parse(readFileSync(join(FOLDER, 'own.json'), 'utf8')) as SourceRules;

test('the rules in use are those their sources make', () => {
  assert.equal(readFileSync(join(FOLDER, 'compiled.ts'), 'utf8'), compiledRules(FOLDER));
  assert.ok(rules.length > 230, `${rules.length} rules`);
});

test('a rule without a keyword, and one that cannot be put into JavaScript, is refused', () => {
  assert.throws(() => compileRule({ id: 'any', regex: '[a-z]{20}', keywords: [] }), /rule any has no keyword/);
  assert.throws(() => compileRule({ id: 'odd', regex: '\\pN{20}', keywords: ['key'] }), /\\p is not known/);
  assert.throws(() => compileRule({ id: 'odd', regex: 'key(?=x)', keywords: ['key'] }), /not known/);
});

test('parts that fold case are written out in both where the rest does not', () => {
  const put = (regex: string) => printJs(parseRe2(regex));
  assert.deepEqual(put('(?i)ab[c-d]'), { source: 'ab[c-d]', flags: 'i' });
  assert.deepEqual(put('A(?i:b[c-d])'), { source: 'A(?:[bB][c-dC-D])', flags: '' });
  assert.deepEqual(put('(?i)a(?-i:B)c'), { source: '[aA](?:B)[cC]', flags: '' });
  assert.deepEqual(put('a(?i)b|c'), { source: 'a[bB]|[cC]', flags: '' });
  assert.deepEqual(put('[[:alnum:]_]+\\z'), { source: '[0-9A-Za-z_]{1,4096}$', flags: '' });
  assert.deepEqual(put('(?s:.)\\x60.'), { source: '(?:[^])`[^\\n]', flags: '' });
});

test('what only takes in the name before a keyword is left out, so that a match begins with the keyword', () => {
  const rule = compileRule({ id: 'x', regex: '(?i)[\\w.-]{0,50}?(?:acme|ACME_NEW)=([a-z]{9})', keywords: ['acme'] });
  assert.deepEqual([rule.begins, rule.keywords, rule.reach], [true, ['acme=', 'acme_new='], 18]);
});

test('none of our own expressions takes more than linear time on any text', { timeout: 180_000 }, async () => {
  const { checkSync } = (await import(RECHECK)) as Recheck;
  const ids = new Set(own.rules.map(({ id }) => id));
  const allowances = (allow: readonly AllowanceEntry[] = []) => allow.flatMap(({ regexes }) => regexes ?? []);
  const expressions = rules
    .filter(({ id }) => ids.has(id))
    .flatMap(({ id, regex, flags = '', begins, allow }) => [
      [id, begins === true ? `^(?:${regex})` : regex, flags] as const,
      ...allowances(allow).map(([source, its]) => [id, source, its] as const),
    ]);
  assert.ok(expressions.length > 40);
  const vulnerable = expressions.filter(
    ([, source, flags]) => checkSync(source, flags, { timeout: 700 }).status === 'vulnerable',
  );
  assert.deepEqual(vulnerable, []);
});

test('no rule, source or list holds what another scanner would call a leak', () => {
  const files = ['gitleaks.json', 'own.json', 'compiled.ts'].map((name) => readFileSync(join(FOLDER, name), 'utf8'));
  const shapes = [
    /AKIA[A-Z2-7]{16}/,
    /AIza[\w-]{35}/,
    /gh[pousr]_[A-Za-z0-9]{36}/,
    /xox[bp]-\d{10}/,
    /sk_live_[A-Za-z0-9]{20}/,
  ];
  for (const file of files) for (const shape of shapes) assert.doesNotMatch(file, shape);
  assert.ok((JSON.parse(ALLOWED) as { examples: string[] }).examples.every((hash) => /^[0-9a-f]{64}$/.test(hash)));
});
