import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { FIXTURE_SERVER, ROOT } from '../../support/paths.ts';
import { sallyport } from '../../support/program/command.ts';
import { NEEDS_PROC, withVariable } from '../../support/program/survivors.ts';
import { HAS_TERMINAL, onTerminal } from '../../support/program/terminal.ts';

const POISONED = join(ROOT, 'build', 'tests', 'fixtures', 'poisoned-server.js');
const official = (name: string) =>
  join(ROOT, 'node_modules', '@modelcontextprotocol', `server-${name}`, 'dist', 'index.js');

interface Found {
  readonly rule: string;
  readonly severity: string;
  readonly kind: string;
  readonly id: string;
  readonly at: string;
  readonly evidence: string;
}

test('what a hostile server hides is found on every page, in every text, and in what it says of itself', async (t) => {
  const home = temporaryFolder(t);
  const { code, stdout } = await sallyport(['scan', '--yes', '--json', '--', 'node', POISONED], { home });
  const { schema_version, ok, servers, findings } = JSON.parse(stdout);
  assert.deepEqual([code, schema_version, ok], [3, 1, false]);
  assert.deepEqual(servers[0].definitions, { tool: 3, prompt: 1, resource: 1, template: 1, instructions: 1 });
  const told = (findings as Found[]).map(({ kind, id, at }) => [kind, id, at].join(' ').trim());
  for (const place of [
    'tool add /description',
    'tool weather /inputSchema/properties/city/default',
    'tool delete_rows /annotations/readOnlyHint',
    'instructions  /instructions',
  ])
    assert.ok(told.includes(place), `${place} is not among ${told.join(', ')}`);
  assert.ok(
    (findings as Found[]).some(({ rule, id }) => rule.startsWith('hidden') && id === 'weather'),
    stdout,
  );
  const gravest = (findings as Found[]).filter(({ severity }) => severity === 'high' || severity === 'critical');
  assert.ok(gravest.length >= 4, stdout);
});

test('what does not show is shown, and secrets are not, in every form', async (t) => {
  const home = temporaryFolder(t);
  const scan = (...flags: string[]) => sallyport(['scan', '--yes', ...flags, '--', 'node', POISONED], { home });
  const all = await Promise.all([scan(), scan('--json'), scan('--sarif')]);
  for (const { stdout, stderr } of all) {
    assert.doesNotMatch(stdout + stderr, /ghp_Ab3d/);
    assert.doesNotMatch(stdout + stderr, /[\u{e0000}-\u{e007f}]/u);
    assert.match(stdout, /hidden: ignore all previous instructions/);
  }
});

test('official servers have no grave findings, and nothing of them is left', { skip: NEEDS_PROC }, async (t) => {
  const home = temporaryFolder(t);
  for (const [name, ...args] of [['everything'], ['filesystem', home]] as const) {
    const marker = `scan-${name}-${process.pid}`;
    const command = ['env', `MARKED_BY=${marker}`, process.execPath, official(name), ...args];
    const { code, stdout, stderr } = await sallyport(
      ['scan', '--yes', '--sandbox', 'off', '--json', '--', ...command],
      { home },
    );
    const { servers, findings } = JSON.parse(stdout);
    assert.equal(code, 0, stdout + stderr);
    assert.ok(servers[0].definitions.tool > 10);
    assert.deepEqual(
      (findings as Found[]).filter(({ severity }) => severity === 'high' || severity === 'critical'),
      [],
    );
    assert.deepEqual(withVariable('MARKED_BY', marker), []);
  }
});

test('--fail-on says how grave is too grave, and a server that does not start is another end', async (t) => {
  const home = temporaryFolder(t);
  const scan = async (...words: string[]) => (await sallyport(['scan', '--yes', ...words], { home })).code;
  assert.equal(await scan('--fail-on', 'low', '--', 'node', FIXTURE_SERVER), 3);
  assert.equal(await scan('--', 'node', '-e', 'process.exit(7)'), 6);
  assert.equal(await scan('--', 'node', '-e', 'process.exit(7)', '--api-key', 'abcdef123'), 3);
});

test('a list without an end is given up, and that is a finding', async (t) => {
  const home = temporaryFolder(t);
  const { code, stdout } = await sallyport(['scan', '--yes', '--json', '--', 'node', POISONED, '--endless'], { home });
  const { servers, findings } = JSON.parse(stdout);
  assert.equal(code, 3);
  assert.equal(servers[0].outcome, 'failed');
  assert.ok((findings as Found[]).some(({ rule }) => rule === 'list.endless'));
});

test('without a terminal and without --yes nothing is started, and the next step is said', async (t) => {
  const home = temporaryFolder(t);
  const touched = join(home, 'touched');
  const command = ['node', '-e', `require('node:fs').writeFileSync(${JSON.stringify(touched)}, '')`];
  const { code, stdout, stderr } = await sallyport(['scan', '--', ...command], { home });
  assert.deepEqual([code, stdout], [2, '']);
  assert.match(stderr, /--no-start, then run it with --yes/);
  const looked = await sallyport(['scan', '--no-start', '--', ...command], { home });
  assert.deepEqual([looked.code, looked.stderr], [0, '']);
  assert.match(looked.stdout, /not started: --no-start; only how it is launched was looked at/);
  assert.throws(() => readFileSync(touched), /ENOENT/);
});

test('at a terminal the exact command is shown, and only a yes starts it', { skip: !HAS_TERMINAL }, async (t) => {
  const home = temporaryFolder(t);
  const scan = (input: string) => onTerminal(['scan', '--', 'node', POISONED, 'with a blank'], { home, input });
  const [yes, no] = await Promise.all([scan('y\n'), scan('n\n')]);
  for (const { stdout } of [yes, no]) {
    assert.ok(stdout.includes(`node ${POISONED} "with a blank"`), stdout);
    assert.match(stdout, /Start it\? \[y\]es, \[n\]o, \[a\]ll, \[q\]uit: /);
  }
  assert.match(yes.stdout, /poisoned-server: 3 tools/);
  assert.match(no.stdout, /not started: you said no/);
  assert.doesNotMatch(no.stdout, /annotations\.contradict/);
});

test('our own backends are scanned by --config, as they are configured', async (t) => {
  const home = temporaryFolder(t);
  const config = join(home, 'sallyport.yaml');
  const backend = (name: string, args: readonly string[]) =>
    `  - ${JSON.stringify({ name, command: process.execPath, args, sandbox: { mode: 'off' } })}\n`;
  writeFileSync(
    config,
    `version: 1\nbackends:\n${backend('bad', [POISONED])}${backend('good', [official('filesystem'), home])}`,
  );
  const { code, stdout } = await sallyport(['scan', '--config', config, '--yes', '--json'], { home });
  const { servers, findings } = JSON.parse(stdout);
  assert.equal(code, 3);
  assert.deepEqual(
    servers.map(({ name, outcome, sandbox }: Record<string, string>) => [name, outcome, sandbox]),
    [
      ['bad', 'heard', 'none'],
      ['good', 'heard', 'none'],
    ],
  );
  assert.ok(
    (findings as (Found & { server: string })[]).every(
      ({ server, severity }) => server === 'bad' || severity === 'low' || severity === 'medium',
    ),
  );
});

test('SARIF comes out as one JSON document', async (t) => {
  const home = temporaryFolder(t);
  const { code, stdout } = await sallyport(['scan', '--yes', '--sarif', '--', 'node', POISONED], { home });
  const log = JSON.parse(stdout);
  assert.deepEqual([code, log.version, log.runs[0].tool.driver.name], [3, '2.1.0', 'Sallyport']);
  assert.equal(log.runs[0].invocations[0].executionSuccessful, true);
  const rules = log.runs[0].tool.driver.rules.map(({ id }: { id: string }) => id);
  for (const result of log.runs[0].results) assert.equal(rules[result.ruleIndex], result.ruleId);
});

test('misspelt clients and options that exclude each other are refused with the next step', async (t) => {
  const home = temporaryFolder(t);
  mkdirSync(join(home, 'empty'));
  const said = async (...words: string[]) => {
    const { code, stdout, stderr } = await sallyport(['scan', ...words], { home });
    assert.equal(code, 2, stderr);
    return stdout + stderr;
  };
  assert.match(await said('cursr'), /no client is called "cursr"; did you mean "cursor"\?/);
  assert.match(await said('cursor'), /cursor has no config here; looked at .*\.cursor\/mcp\.json/);
  assert.match(await said('cursor', '--json', '--sarif'), /choose one of --json and --sarif/);
  assert.match(await said('--config', 'x.yaml', '--', 'node'), /choose one of --config, a client, and a command/);
});
