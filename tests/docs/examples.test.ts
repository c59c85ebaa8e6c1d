import assert from 'node:assert/strict';
import { accessSync, constants, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, type TestContext, test } from 'node:test';
import type { Command } from 'commander';
import { createProgram } from '../../cli/program.ts';
import { example, exampleVariables, listening, makeKey } from '../support/docs/deployed.ts';
import { exampleServer } from '../support/docs/example-server.ts';
import { examples, GUIDES, readPage } from '../support/docs/pages.ts';
import { quoted, Reader } from '../support/docs/reader.ts';
import type { Peer } from '../support/mcp/peer.ts';
import { ROOT } from '../support/paths.ts';
import { NO_SANDBOX } from '../support/sandbox/sandboxed.ts';

/** Blocks of `sh` that no test can run; more than these would hide that the pages are wrong. */
const MOST_NOT_RUN = 4;

interface Entry {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

let reader: Reader;
before((t) => {
  reader = new Reader(t as TestContext, exampleVariables());
  symlinkSync(example('.'), join(reader.project, 'deploy'));
  writeFileSync(join(reader.home, 'search.key'), 'a-key-of-the-reader\n', { mode: 0o600 });
  writeFileSync(join(reader.home, 'bin', 'gh'), '#!/bin/sh\necho a-token-of-gh\n', { mode: 0o755 });
  for (const keychain of ['secret-tool', 'security'])
    writeFileSync(join(reader.home, 'bin', keychain), '#!/bin/sh\necho a-secret-of-the-keychain\n', { mode: 0o755 });
  reader.write('keys.env', `REVIEWER_KEY_HASH=${makeKey().hash}\nWRITER_KEY_HASH=${makeKey().hash}\n`);
});

test('every config in the guides validates without a warning, and its patterns match what its servers offer', async (t) => {
  const configs = examples('yaml');
  const here = await exampleServer(t);
  assert.ok(configs.length >= 4);
  const left = configs.map((config, index) => ({ ...config, index }));
  const faults: string[] = [];
  const tryNext = async (): Promise<void> => {
    const next = left.shift();
    if (next === undefined) return;
    const { where, text, index } = next;
    const file = reader.write(`example-${index}.yaml`, text);
    const valid = await reader.type(`sallyport validate ${file}`);
    if (valid.code !== 0 || valid.stderr !== '') faults.push(`${where}: ${valid.stderr}`);
    if (NO_SANDBOX !== false && text.includes('inject: proxy')) return tryNext();
    // There is no such authorization server; with a real one they are tried in e2e/authorization.
    if (/mode: (?:client_credentials|exchange|jwt_bearer|oauth)/.test(text)) return tryNext();
    // Nor are there such receivers of records; with real ones they are tried in e2e/audit.
    if (/destination: .*(?:webhook|otlp|syslog)/.test(text)) return tryNext();
    const tried = reader.write(`tried-${index}.yaml`, here(text));
    const doctor = await reader.type(`sallyport doctor --json --config ${tried}`);
    const { ok, problems } = JSON.parse(doctor.stdout);
    if (doctor.code !== 0 || !ok || problems.length > 0) faults.push(`${where}: ${doctor.stdout}`);
    await tryNext();
  };
  // More servers at a time than this take so long to start that `doctor` gives up on them.
  await Promise.all([tryNext(), tryNext(), tryNext()]);
  assert.deepEqual(faults, []);
});

test('every client entry in the guides starts a gateway that serves what the entry allows', async (t) => {
  const found = examples('json')
    .flatMap(({ where, text }) => {
      const { mcpServers, servers } = JSON.parse(text) as Record<string, Record<string, Entry>>;
      return Object.values(mcpServers ?? servers ?? {}).map((entry) => ({ where, entry }));
    })
    .filter(({ entry }) => entry.command !== undefined);
  const guarded = found.filter(({ entry }) => entry.command === 'sallyport');
  assert.ok(guarded.length >= 3);
  for (const { where, entry } of found.filter((one) => !guarded.includes(one))) {
    const command = [entry.command, ...entry.args];
    const after = guarded.filter(({ entry: { args } }) => quoted(args).endsWith(`'--' ${quoted(command)}`));
    assert.equal(after.length, 1, `${where}: shown before and after`);
  }
  await Promise.all(
    guarded.map(({ where, entry }) => {
      const args = entry.args.map((arg) => arg.replace('${workspaceFolder}', reader.project));
      return serves(reader.start(t, quoted([entry.command, ...args]), entry.env), args, where);
    }),
  );
});

test('every command in the guides does what it is shown for', async (t) => {
  const lines = examples('sh')
    .filter(({ info }) => info === 'sh')
    .flatMap(({ where, text }) => text.split('\n').map((line) => ({ where, line: line.replace(/\s+# .*$/, '') })))
    .filter(({ line }) => line !== '');
  assert.ok(lines.length >= 8);
  reader.write('sallyport.yaml', examples('yaml')[0]!.text);
  await leaveRecords(t);
  await Promise.all(lines.map(({ where, line }) => tried(t, line, `${where}: ${line}`)));
});

test('a block that is not run says so, and there is hardly one', () => {
  const odd = examples('sh').filter(({ info }) => info !== 'sh');
  assert.deepEqual([...new Set(odd.map(({ info }) => info))].slice(0, 2), odd.length === 0 ? [] : ['sh no-run']);
  assert.ok(odd.length <= MOST_NOT_RUN, odd.map(({ where }) => where).join(' '));
  const languages = ['json', 'sh', 'yaml'];
  const fences = GUIDES.flatMap((page) => readPage(page).match(/^```\S+/gm) ?? []);
  assert.deepEqual([...new Set(fences.map((fence) => fence.slice(3)))].sort(), languages);
});

test('every command and flag the guides mention in a sentence is one the program knows', () => {
  const program = createProgram(() => {});
  const mentioned = GUIDES.flatMap((page) =>
    [...readPage(page).matchAll(/`sallyport ([a-z][^`]*)`/g)].map(([, words]) => ({ page, words: words! })),
  );
  assert.ok(mentioned.length > 10);
  for (const { page, words } of mentioned) understood(program, words, page);
});

/** Does what a reader does with one line, and sees that it works. */
async function tried(t: TestContext, line: string, where: string): Promise<void> {
  // What a client is told to reach is tried in http-entries.test.ts.
  if (/^claude mcp add --transport (?:http|sse) /.test(line)) return;
  if (/\bsallyport serve /.test(line)) return void (await listening(t, reader, line)).peer.child.kill();
  if (line.startsWith('./')) return accessSync(join(ROOT, line), constants.X_OK);
  if (/^sallyport audit tail -f$/.test(line)) {
    const tail = reader.start(t, line);
    await tail.when(() => tail.lines.length > 0);
    return void tail.child.kill();
  }
  // Nobody sits at a terminal here, so it is given as in a job, in a home where no gateway runs.
  if (line.startsWith('sallyport approvals grant ')) {
    const job = new Reader(t);
    job.write('sallyport.yaml', examples('yaml')[0]!.text);
    const { code, stderr } = await job.type(`CI=true ${line}`);
    return assert.equal(code, 0, `${where}\n${stderr}`);
  }
  if (line.startsWith('sallyport ')) {
    const { code, stdout, stderr } = await reader.type(line);
    assert.equal(code, 0, `${where}\n${stderr}`);
    if (line.startsWith('sallyport audit') && !line.includes('--id ')) assert.match(stdout, /\S/, where);
    return;
  }
  // A line of another program that is given our command: that is what it will start.
  const [ours] = /\bsallyport (?:wrap|run) .*$/.exec(line) ?? [];
  assert.ok(ours, `${where}: mark a block that cannot be run with "sh no-run"`);
  await serves(reader.start(t, ours), ours.split(' '), where);
}

/** A client sees tools, and none of those that `--deny` names. */
async function serves(gateway: Peer, args: readonly string[], where: string): Promise<void> {
  await gateway.initialize();
  const listed = await gateway.ask('tools/list');
  const names: string[] = listed.result.tools.map(({ name }: { name: string }) => name);
  assert.ok(names.length > 0, where);
  const denied = args.filter((_, index) => args[index - 1] === '--deny');
  for (const name of denied) {
    assert.ok(!names.includes(name), `${where}: ${name} is listed`);
    assert.match((await gateway.call(name)).error.message, /^Unknown tool: /, where);
  }
  assert.equal((await gateway.end()).code, 0, where);
  const rules = reader.records(gateway.pid).flatMap(({ decision, rule }) => (decision === 'deny' ? [rule] : []));
  assert.deepEqual(
    rules,
    denied.map(() => '--deny'),
    `${where}: the server has what is denied`,
  );
}

/** A log with a call and a denial of a backend called `files`, as in the examples. */
async function leaveRecords(t: TestContext): Promise<void> {
  const server = 'npx -y @modelcontextprotocol/server-filesystem@2026.8.31 .';
  const gateway = reader.start(t, `sallyport wrap --name files --deny move_file -- ${server}`);
  await gateway.initialize();
  await gateway.call('list_allowed_directories');
  await gateway.call('move_file');
  await gateway.end();
}

function understood(program: Command, text: string, where: string): void {
  let command = program;
  for (const word of text.split(' ')) {
    if (word === '--') return;
    const inner = command.commands.find((one) => one.name() === word);
    if (inner !== undefined) command = inner;
    else if (word.startsWith('-'))
      assert.ok(
        command.options.some(({ short, long }) => short === word || long === word),
        `${where}: ${text}`,
      );
  }
  assert.notEqual(command, program, `${where}: ${text}`);
}
