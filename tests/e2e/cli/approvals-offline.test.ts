import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { callDigest } from '../../../lib/approvals/digest.ts';
import { Payload } from '../../../lib/wire/payload.ts';
import { connectV1 } from '../../support/approvals/agreeing-client.ts';
import { endWith, temporaryFolder } from '../../support/folder.ts';
import type { Message } from '../../support/mcp/lines.ts';
import { CLI } from '../../support/paths.ts';
import { sallyport } from '../../support/program/command.ts';
import { auditFiles, fixtureBackend, fixtureCommand, isolatedHome, readLines } from '../../support/program/gateway.ts';
import { HAS_SEAT, JOB, NO_AGENT } from '../../support/program/nobody-there.ts';
import { serve } from '../../support/program/serve.ts';

const NEEDED = { skip: process.platform !== 'linux' && 'who asks is looked up in /proc' };
const ASKED = 'policies: { tools: { "fix/echo": { action: require_approval } } }\n';
const ASKS = `security: { registry: { pin: off } }\n${ASKED}`;
const ANY = ['--any-args', '--ttl', '10m'];

const textOf = (result: Message) => result.content[0].text as string;
const codeOf = (result: Message) => result._meta['dev.sallyport/denial'].code as string;

/** A job that agrees to a call, and starts a gateway for an agent afterwards. */
function job(t: TestContext) {
  const home = temporaryFolder(t);
  const file = join(home, 'job.yaml');
  writeFileSync(file, `version: 1\nbackends:\n${fixtureBackend('fix')}${ASKS}`);
  // The folder of the project is part of the policy.
  const cwd = process.cwd();
  const granted = (more: readonly string[], env = JOB) =>
    sallyport(['approvals', 'grant', '--tool', 'fix/echo', '--reason', 'release 4.2', ...more], { home, cwd, env });
  return {
    home,
    file,
    granted,
    start: async (line: readonly string[] = ['run', '-c', file]) => {
      const env = { ...(process.env as Record<string, string>), ...isolatedHome(home) };
      const client = await connectV1({ command: process.execPath, args: [CLI, ...line], env });
      endWith(t, () => client.close());
      return client;
    },
    records: (): Message[] =>
      auditFiles(join(home, 'state', 'sallyport', 'audit')).flatMap((one) =>
        readLines(one).map((line) => JSON.parse(line)),
      ),
  };
}

test(
  'a job agrees before the gateway is there: the call is made once, and then nobody can be asked',
  NEEDED,
  async (t) => {
    const { home, file, granted, start, records } = job(t);
    const given = await granted([...ANY, '-c', file]);
    assert.equal(given.code, 0, given.stderr);
    assert.match(given.stdout, /^Granted \w+ for one call of fix\/echo, for 10m, under the policy [0-9a-f]{12}, as /);
    if (!HAS_SEAT) assert.match(given.stdout, /\(in-band\)\.$/);
    const client = await start();
    assert.equal(textOf(await client.call('echo', { text: 'one' })), 'one');
    assert.equal(codeOf(await client.call('echo', { text: 'one' })), 'SP6003');
    const told = records().find(({ event }) => event === 'approval_granted');
    assert.deepEqual([told?.resource, told?.why, told?.channel], ['fix/echo', 'release 4.2', 'command']);
    const [{ approval }] = records().filter(({ kind, decision }) => kind === 'call' && decision === 'allow') as [
      Message,
    ];
    assert.deepEqual([approval.grant, approval.by, approval.why], [told?.grant, told?.by, 'release 4.2']);
    const ours = auditFiles(join(home, 'state', 'sallyport', 'audit')).find((one) =>
      readFileSync(one, 'utf8').includes('approval_granted'),
    )!;
    const verified = await sallyport(['audit', 'verify', ours], { home });
    assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  },
);

test('a grant for certain arguments is one for no others', NEEDED, async (t) => {
  const { file, granted, start } = job(t);
  const params = Payload.of(JSON.stringify({ name: 'echo', arguments: { text: 'one' } }));
  const digest = callDigest('tools/call', { backend: 'fix', type: 'tool', id: 'echo' }, params);
  assert.equal((await granted(['--args-hash', digest, '--ttl', '10m', '-c', file])).code, 0);
  const client = await start();
  assert.equal(codeOf(await client.call('echo', { text: 'two' })), 'SP6003');
  assert.equal(textOf(await client.call('echo', { text: 'one' })), 'one');
});

test('a grant that ran out, or one for a config that has changed since, is worth nothing', NEEDED, async (t) => {
  const { file, granted, start, records } = job(t);
  const refusals = () => records().flatMap(({ event, why }) => (event === 'approval_refused' ? [why] : []));
  assert.equal((await granted(['--any-args', '--ttl', '1ms', '-c', file])).code, 0);
  const first = await start();
  assert.equal(codeOf(await first.call('echo', { text: 'x' })), 'SP6003');
  await first.close();
  assert.deepEqual(refusals(), ['expired']);
  writeFileSync(file, `${readFileSync(file, 'utf8')}limits: { max_pending: 7 }\n`);
  const changed = job(t);
  assert.equal((await changed.granted([...ANY, '-c', changed.file])).code, 0);
  writeFileSync(changed.file, `${readFileSync(changed.file, 'utf8')}limits: { max_pending: 7 }\n`);
  const client = await changed.start();
  assert.equal(codeOf(await client.call('echo', { text: 'x' })), 'SP6003');
  const [why] = changed.records().flatMap(({ event, why }) => (event === 'approval_refused' ? [why] : []));
  assert.equal(why, 'other policy');
});

test('a grant is for the gateway that is started as it says, a wrapped server as well', NEEDED, async (t) => {
  const { home, granted, start } = job(t);
  const config = join(home, 'wrap.yaml');
  writeFileSync(config, `version: 1\n${ASKS}`);
  const line = ['wrap', '--name', 'fix', '--deny', 'crash', '-c', config, '--', ...fixtureCommand()];
  const given = await granted([...ANY, '--', ...line]);
  assert.equal(given.code, 0, given.stderr);
  const other = await start(['wrap', '--name', 'fix', '-c', config, '--', ...fixtureCommand()]);
  assert.equal(codeOf(await other.call('echo', { text: 'one' })), 'SP6003', 'another command line is another policy');
  await other.close();
  const again = job(t);
  const theirs = line.map((word) => (word === config ? again.file : word));
  writeFileSync(again.file, `version: 1\n${ASKS}`);
  assert.equal((await again.granted([...ANY, '--', ...theirs])).code, 0);
  const client = await again.start(theirs);
  assert.equal(textOf(await client.call('echo', { text: 'one' })), 'one');
});

test('a grant is for a gateway that serves where it says so', NEEDED, async (t) => {
  const { home, granted } = job(t);
  const options = { home, backends: fixtureBackend('fix'), more: ASKED };
  // Its config is written when it is started.
  await (await serve(t, options)).end();
  const given = await granted([...ANY, '--serve', '-c', join(home, 'serve.yaml')]);
  assert.equal(given.code, 0, given.stderr);
  const { url } = await serve(t, options);
  const client = await connectV1({ url });
  endWith(t, () => client.close());
  assert.equal(textOf(await client.call('echo', { text: 'one' })), 'one');
  assert.equal(codeOf(await client.call('echo', { text: 'one' })), 'SP6003');
});

test('nobody at all agrees without a terminal, except in a job, and no agent does there', NEEDED, async (t) => {
  const { file, granted, records } = job(t);
  const agents = await granted([...ANY, '-c', file], { ...JOB, CLAUDECODE: '1' });
  assert.equal(agents.code, 3, agents.stdout);
  assert.match(agents.stderr, /\[SP6008\] .*started by an agent, which has set CLAUDECODE/);
  assert.equal(records().filter(({ event }) => event === 'local_request_refused').length, 1);
  if (HAS_SEAT) return;
  const alone = await granted([...ANY, '-c', file], NO_AGENT);
  assert.equal(alone.code, 3, alone.stdout);
  assert.match(alone.stderr, /\[SP6008\] .*no terminal/);
});

test('what a client starts agrees to nothing, not when its gateway has ended either', NEEDED, async (t) => {
  const { file, granted, start, records } = job(t);
  const client = await start();
  await client.call('echo', { text: 'one' });
  // The socket is there, and the client is known by it, a second after the first record.
  const refused = async () => {
    for (;;) {
      const ended = await granted([...ANY, '-c', file]);
      if (ended.code !== 0) return ended;
    }
  };
  const during = await refused();
  assert.equal(during.code, 3, during.stderr);
  assert.match(during.stderr, /\[SP6008\] .*a client whose calls are guarded/);
  await client.close();
  const afterwards = await granted([...ANY, '-c', file]);
  assert.equal(afterwards.code, 3, afterwards.stdout);
  assert.match(afterwards.stderr, /\[SP6008\] .*a client whose calls are guarded/);
  assert.ok(records().filter(({ event, code }) => event === 'local_request_refused' && code === 'SP6008').length >= 2);
});

test('what makes no sense is said, with what to do', NEEDED, async (t) => {
  const { file, granted } = job(t);
  const cases: [string[], number, RegExp][] = [
    [['--any-args', '--ttl', '25h', '-c', file], 3, /\[SP6007\] .*a day at most/],
    [[...ANY, '-c', join(file, 'nothing')], 2, /SP10/],
    [[...ANY, '-c', file, '--tool', 'other/echo'], 2, /knows no backend "other": .*`-- wrap …`/],
    [[...ANY, '-c', file, '--gateway', '7'], 2, /leave the config away/],
    [[...ANY, '-c', file, '--', 'run'], 2, /not both/],
    [[...ANY, '--', 'frobnicate'], 2, /command line of the gateway: unknown command/],
    [[...ANY, '--', 'wrap', '--name', 'fix'], 2, /command line of the gateway: missing required argument/],
  ];
  for (const [args, code, words] of cases) {
    const ended = await granted(args);
    assert.equal(ended.code, code, `${args.join(' ')}: ${ended.stdout}${ended.stderr}`);
    assert.match(ended.stderr, words, args.join(' '));
  }
});
