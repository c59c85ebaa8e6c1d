import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { CHECKS } from '../lib/checks/index.ts';
import type { Overrides } from '../lib/config/overrides.ts';
import type { Config } from '../lib/model/config.ts';
import type { Decision } from '../lib/model/decision.ts';
import { compilePolicy, type Policy } from '../lib/policy/policy.ts';
import { withSecrets } from './support/attacks/made-secrets.ts';
import { configOf } from './support/config/config-texts.ts';
import { ROOT } from './support/paths.ts';
import { CountingState } from './support/policy/counting-state.ts';
import { type FileText, MemoryFiles } from './support/policy/memory-files.ts';
import { type CallText, decideText, type Earlier, playEarlier } from './support/policy/policy-case.ts';
import { stateInMemory } from './support/policy/policy-state.ts';

/** What a case expects; what it does not name is not looked at. */
interface Want {
  readonly effect: Decision['effect'];
  readonly code?: string;
  readonly rule?: string;
  /** The caller may not learn that the resource exists. */
  readonly hidden?: boolean;
  readonly retry?: string;
  /** Milliseconds after which trying again can help. */
  readonly retry_after_ms?: number;
  /** Texts of the findings. */
  readonly findings?: readonly string[];
  readonly would_deny?: string;
  readonly timeout_secs?: number;
  /** Names of the edits the decision asks for. */
  readonly edits?: readonly string[];
  /** Scopes a token would need besides its own. */
  readonly scopes?: readonly string[];
  /** For a list: the entries that are left. */
  readonly shows?: readonly string[];
}

interface Table {
  readonly title: string;
  readonly config?: string;
  readonly managed?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly flags?: Overrides;
  /** What is in the file system: a text, `{link: TARGET}`, `{bytes: N}`, `{text: T, names: N}`; a folder ends in `/`. */
  readonly files?: Readonly<Record<string, FileText>>;
  readonly cases: readonly Case[];
}

interface Case {
  readonly note: string;
  /** When it is called: an ISO time with its offset. */
  readonly at?: string;
  /** What is stopped by hand: names of backends, or `*`. */
  readonly stopped?: readonly string[];
  /** What was called before, in order. Only where a case says so, even if it was nothing, is anything counted. */
  readonly history?: readonly Earlier[];
  readonly call: CallText;
  readonly want: Want;
}

const TABLE_KEYS = ['title', 'config', 'managed', 'env', 'flags', 'files', 'cases'];
const CASE_KEYS = ['note', 'at', 'stopped', 'history', 'call', 'want'];
const WANT_KEYS = [
  'effect',
  'code',
  'rule',
  'hidden',
  'retry',
  'retry_after_ms',
  'findings',
  'would_deny',
  'timeout_secs',
  'edits',
  'shows',
  'scopes',
];

/** A misspelt key would be a case that checks nothing. */
function assertKeys(value: object, known: readonly string[], where: string): void {
  for (const key of Object.keys(value)) assert.ok(known.includes(key), `unknown key "${key}" in ${where}`);
}

async function assertCase(policy: Policy, call: CallText, want: Want): Promise<void> {
  const { decision, shows } = await decideText(policy, call);
  const seen: Required<Want> = {
    effect: decision.effect,
    code: decision.reason?.code ?? '',
    rule: decision.reason?.rule ?? '',
    hidden: decision.reason?.hidden === true,
    retry: decision.reason?.retry ?? 'never',
    retry_after_ms: decision.reason?.retryAfterMs ?? 0,
    findings: decision.findings.map(({ note }) => note),
    would_deny: decision.wouldDeny?.code ?? '',
    timeout_secs: (decision.timeoutMs ?? 0) / 1000,
    edits: decision.edits.map(({ name }) => name),
    shows,
    scopes: decision.reason?.scopes ?? [],
  };
  const wanted = Object.keys(want) as (keyof Want)[];
  assert.deepEqual(Object.fromEntries(wanted.map((key) => [key, seen[key]])), want);
}

/** A case with a past has a gateway of its own. */
async function assertCounted(
  config: Config,
  files: MemoryFiles,
  { history, stopped, call, want }: Case,
): Promise<void> {
  const state = new CountingState(files, stopped);
  const policy = await compilePolicy(config, CHECKS, state);
  await playEarlier(policy, state.clock, history ?? []);
  await assertCase(policy, { session: 's1', ...call }, want);
}

const folder = join(ROOT, 'tests', 'policy');
let total = 0;

for (const file of readdirSync(folder).sort()) {
  const table = parse(withSecrets(readFileSync(join(folder, file), 'utf8'))) as Table;
  assertKeys(table, TABLE_KEYS, file);
  test(`${table.title} (${file})`, async (t) => {
    const { config } = configOf(table, table.flags ?? {});
    let now: number | undefined;
    const clock = { now: () => now ?? Date.now(), monotonic: () => performance.now() };
    const files = new MemoryFiles(table.files);
    const policy = await compilePolicy(config, CHECKS, stateInMemory({ files, clock }));
    for (const one of table.cases) {
      assertKeys(one, CASE_KEYS, one.note);
      assertKeys(one.want, WANT_KEYS, one.note);
      await t.test(one.note, () => {
        if (one.history !== undefined || one.stopped !== undefined) return assertCounted(config, files, one);
        now = one.at === undefined ? undefined : Date.parse(one.at);
        assert.ok(now === undefined || now > 0, `${one.at} is no time`);
        return assertCase(policy, one.call, one.want);
      });
    }
  });
  total += table.cases.length;
}

test('the tables hold enough cases to mean something', () => assert.ok(total >= 60, `${total} cases`));

test('the pipeline is these checks in this order', () => {
  assert.deepEqual(
    CHECKS.map(({ id }) => id),
    [
      'stopped',
      'access',
      'scopes',
      'pinned',
      'rates',
      'repeats',
      'limits',
      'arguments',
      'paths',
      'sql',
      'commands',
      'domains',
      'form_fields',
      'uploads',
      'block_patterns',
      'secrets',
      'elicitation',
      'injection',
      'rendering',
      'effects',
      'flows',
      'budgets',
      'anomaly',
    ],
  );
});
