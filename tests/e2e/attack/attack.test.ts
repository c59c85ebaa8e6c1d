import assert from 'node:assert/strict';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { parse } from 'yaml';
import { SINK_VARIABLES } from '../../support/docs/sink-variables.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { ROOT } from '../../support/paths.ts';
import { sallyport } from '../../support/program/command.ts';

const EXAMPLE = join(ROOT, 'config.example.yaml');
const VARIABLES = {
  GITHUB_TOKEN: 'a-token-to-read',
  WIKI_TOKEN: 'another-token',
  AUDIT_WEBHOOK_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  ...SINK_VARIABLES,
};
/** What policy decides of calls, whoever judges texts. */
const OF_CALLS = [
  'paths-out',
  'credential-files',
  'control-files',
  'sql-destruction',
  'sql-reach',
  'command-destruction',
  'command-code',
  'private-addresses',
  'data-in-urls',
  'flows',
];

const OPEN = `version: 1
profile: balanced
backends:
  - { name: files, command: npx, args: ["-y", "@modelcontextprotocol/server-filesystem@2026.8.31", /srv/shop] }
  - { name: db, command: npx, args: ["-y", "@modelcontextprotocol/server-postgres@0.6.2", "postgresql://localhost/shop"] }
  - { name: work, command: node, args: [work.js] }
policies:
  default: allow
  baseline:
    { credential_files: allow, control_files: allow, outside_reads: allow, outside_writes: allow, hard_links: allow,
      destructive_sql: allow, sql_writes: allow, unfiltered_sql_writes: allow, dangerous_commands: allow,
      unlisted_commands: allow, private_addresses: allow, loopback_addresses: allow, unlisted_domains: allow,
      write_tools: allow, destructive_tools: allow, unjudged_arguments: allow, undeclared_arguments: allow }
security:
  injection: { enabled: false }
  secrets: { action: off }
  rendering: { hidden: off, links: off }
  registry: { pin: off }
`;

interface Category {
  readonly name: string;
  readonly attacks: number;
  readonly contained: number;
  readonly harmless: number;
  readonly false_positives: number;
  readonly idle: number;
}

async function attacked(t: TestContext, config: string, ...flags: string[]) {
  const home = temporaryFolder(t);
  const cwd = join(home, 'shop');
  mkdirSync(cwd);
  const ended = await sallyport(['attack', '--config', config, '--json', ...flags], { home, cwd, env: VARIABLES });
  const report = JSON.parse(ended.stdout) as {
    ok: boolean;
    contained_percent: number;
    categories: Category[];
    cases: { id: string; harmless: boolean; tool: string; outcome: string }[];
    through: { fix?: string; cases: string[] }[];
  };
  return { ...ended, report, of: (name: string) => report.categories.find((one) => one.name === name)! };
}

function openConfig(t: TestContext): string {
  const file = join(temporaryFolder(t), 'open.yaml');
  writeFileSync(file, OPEN);
  return file;
}

test('the example config contains every attack by calls it has tools for, and stops nothing harmless', async (t) => {
  const { code, report, of } = await attacked(t, EXAMPLE);
  assert.equal(code, 0);
  const row = (name: string) => [of(name).contained, of(name).attacks, of(name).false_positives, of(name).harmless];
  assert.deepEqual(row('paths-out'), [22, 22, 0, 9]);
  assert.deepEqual(row('credential-files'), [20, 20, 0, 8]);
  assert.deepEqual(row('control-files'), [8, 8, 0, 4]);
  assert.deepEqual(row('sql-destruction'), [10, 10, 0, 4]);
  assert.deepEqual(row('sql-reach'), [6, 6, 0, 3]);
  assert.deepEqual(row('private-addresses'), [12, 12, 0, 3]);
  assert.deepEqual(row('data-in-urls'), [5, 5, 0, 2]);
  assert.deepEqual(row('changed-definitions'), [20, 20, 0, 10]);
  // Nothing here runs commands, and nothing that reads texts of strangers can send any.
  for (const name of ['command-destruction', 'command-code', 'flows']) assert.deepEqual(row(name), [0, 0, 0, 0], name);
  assert.ok(of('command-code').idle > 10);
  assert.deepEqual(
    report.cases.filter(({ harmless, outcome }) => harmless && outcome === 'blocked'),
    [],
  );
});

test('an open config lets attacks through, and the change that is named for them does contain them', async (t) => {
  const { code, report, of } = await attacked(t, openConfig(t));
  assert.equal(code, 0);
  for (const name of OF_CALLS) assert.ok(of(name).contained < of(name).attacks, name);
  assert.deepEqual([of('flows').contained, of('flows').attacks, of('changed-definitions').contained], [0, 3, 0]);
  assert.ok(report.categories.every(({ false_positives, idle }) => false_positives + idle === 0));
  const helped = report.through.flatMap(({ fix, cases }) => (fix === undefined ? [] : cases));
  const open = report.cases.filter(
    ({ id, harmless, outcome }) => !harmless && outcome === 'through' && OF_CALLS.includes(id.split('/')[0]!),
  );
  assert.ok(open.length > 90);
  for (const { id, tool } of open)
    assert.ok(helped.includes(`${id} at ${tool}`), `nothing helps against ${id} at ${tool}`);
  for (const { fix } of report.through) if (fix !== undefined) assert.equal(typeof parse(fix), 'object');
});

test('--category, --fail-under and text for people', async (t) => {
  const home = temporaryFolder(t);
  const run = (...flags: string[]) => sallyport(['attack', '--config', openConfig(t), ...flags], { home });
  const flows = await run('--category', 'flows', '--fail-under', '50');
  assert.equal(flows.code, 3);
  assert.equal(
    flows.stdout,
    [
      'category  contained  blocked  asked  redacted  flagged  false positives  harmless asked  idle',
      'flows     0/3        -        -      -         -        0/2              -               -',
      'got through:',
      '  flows/told-to-send  at work/fetch',
      '  flows/told-quietly  at work/fetch',
      '  flows/nothing-said  at work/fetch',
      '  to contain them: policies: { flows: [{ name: no-leaks, after: "*/@untrusted", then: "*/@external", action: require_approval, within: session }] }',
      '0 of 3 attacks contained (0 %), 0 of 2 harmless ones stopped, 0 cases do not apply to this config',
      'too little: 50 % are asked for',
    ].join('\n'),
  );
  assert.equal((await run('--category', 'flows', '--fail-under', '0')).code, 0);
  const wrong = await run('--category', 'flow');
  assert.deepEqual([wrong.code, wrong.stderr], [2, 'error: no category is called "flow"; did you mean "flows"?']);
  assert.match((await run('--fail-under', 'x')).stderr, /write a percentage from 0 to 100/);
});

test('nothing is started, recorded or remembered', async (t) => {
  const home = temporaryFolder(t);
  const touched = join(home, 'touched');
  const script = `require('node:fs').writeFileSync(${JSON.stringify(touched)}, '')`;
  const config = join(home, 'sallyport.yaml');
  writeFileSync(
    config,
    `version: 1\nbackends:\n  - ${JSON.stringify({ name: 'work', command: process.execPath, args: ['-e', script] })}\n`,
  );
  const [first, second] = [
    await sallyport(['attack', '--config', config], { home }),
    await sallyport(['attack', '--config', config], { home }),
  ];
  assert.equal(first.code, 0, first.stderr);
  assert.equal(first.stdout, second.stdout);
  assert.deepEqual([existsSync(touched), existsSync(join(home, 'state'))], [false, false]);
});

for (const [registry, outcome] of [
  ['{ on_change: block }', 'blocked'],
  ['{ on_change: require_approval }', 'asked'],
  ['{ on_change: warn }', 'flagged'],
  ['{ on_change: block, keep_old: true }', 'redacted'],
] as const) {
  test(`a definition that changed is ${outcome} under \`registry: ${registry}\`, and one that did not is let through`, async (t) => {
    const file = join(temporaryFolder(t), 'changed.yaml');
    writeFileSync(file, OPEN.replace('registry: { pin: off }', `registry: ${registry}`));
    const { report } = await attacked(t, file, '--category', 'changed-definitions');
    const outcomes = new Set(report.cases.map(({ harmless, outcome: found }) => `${harmless} ${found}`));
    assert.deepEqual([...outcomes].sort(), [`false ${outcome}`, 'true through']);
  });
}
