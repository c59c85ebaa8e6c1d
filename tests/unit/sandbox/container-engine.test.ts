import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Ended } from '../../../backends/one-shot.ts';
import { Container } from '../../../backends/sandbox/container.ts';
import { EngineClient, type EngineName } from '../../../backends/sandbox/container-engine.ts';

const WINDOWS = process.platform === 'win32' ? 'programs of Windows have no bit that says so' : false;
const FAILED: Ended = { ok: false, why: 'exit 1', missing: false, timedOut: false, stdout: '', stderr: '' };
const DONE: Ended = { ...FAILED, ok: true, why: '' };

async function refusal(name: EngineName, ended: Partial<Ended>) {
  const client = new EngineClient(name, {}, async () => ({ ...FAILED, ...ended }));
  const probe = await new Container(name, client, { uid: 1, gid: 1, platform: 'linux' }).probe();
  assert.ok(!probe.works);
  return probe;
}

const REFUSALS: readonly [EngineName, Partial<Ended>, RegExp, RegExp][] = [
  ['docker', { missing: true }, /not installed/, /install docker/],
  ['docker', { timedOut: true }, /did not answer/, /docker info/],
  [
    'docker',
    { stderr: 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?\n' },
    /does not run/,
    /systemctl start docker/,
  ],
  [
    'docker',
    { stderr: 'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock' },
    /may not talk/,
    /rootless/,
  ],
  ['podman', { stderr: 'Cannot connect to Podman. dial tcp: connection refused' }, /does not run/, /machine start/],
  [
    'podman',
    { stderr: 'Error: cannot set up namespace using "/usr/bin/newuidmap": exit 1' },
    /user numbers/,
    /subuids/,
  ],
  ['podman', { stderr: 'WARN\nError: database is locked\n' }, /database is locked/, /podman info/],
  ['podman', {}, /exit 1/, /podman info/],
];

for (const [name, ended, why, fix] of REFUSALS) {
  test(`${name} that fails with ${JSON.stringify(ended)} is said to be ${why.source}`, async () => {
    const probe = await refusal(name, ended);
    assert.match(probe.why, why);
    assert.match(probe.fix, fix);
  });
}

test('paths of Windows are not tried', async () => {
  const client = new EngineClient('docker', {}, () => assert.fail('nothing is run'));
  const probe = await new Container('docker', client, { uid: undefined, gid: undefined, platform: 'win32' }).probe();
  assert.ok(!probe.works);
});

test('an engine that answers is asked what it is', async () => {
  const asked: string[][] = [];
  const client = new EngineClient('podman', { HOME: '/h', TOKEN: 'x' }, async (_, args, env) => {
    asked.push([...args, ...Object.keys(env)]);
    return { ...DONE, stdout: '4.3.1 rootless=true\n' };
  });
  assert.deepEqual(await client.ask(), { answers: true, version: '4.3.1', rootless: true });
  assert.deepEqual(asked, [['info', '--format', '{{.Version.Version}} rootless={{.Host.Security.Rootless}}', 'HOME']]);
});

test('only containers of the run are ended, until none of them is listed', async () => {
  const asked: string[] = [];
  const answers = ['one\ntwo\n', '', '', 'two\n', '', '', ''];
  const client = new EngineClient('docker', {}, async (_, args) => {
    asked.push(args.join(' '));
    return { ...DONE, stdout: answers.shift()! };
  });
  await new Container('docker', client).reap('r1', 'files');
  const list = 'ps -aq --filter label=dev.sallyport.run=r1 --filter label=dev.sallyport.backend=files';
  assert.deepEqual(asked, [list, 'kill one two', 'rm -f -v one two', list, 'kill two', 'rm -f -v two', list]);
});

test('a container that stays, and an engine that does not answer, are told', async () => {
  const stubborn = new EngineClient('docker', {}, async () => ({ ...DONE, stdout: 'one' }));
  await assert.rejects(stubborn.remove(['a=b']), /did not remove the containers labelled a=b/);
  const gone = new EngineClient('docker', {}, async () => ({ ...FAILED, why: 'no daemon' }));
  await assert.rejects(gone.remove(['a=b']), /no daemon/);
});

test('the client is the first program of that name on the absolute part of PATH', { skip: WINDOWS }, (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-engine-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const name of ['a', 'b', 'c']) mkdirSync(join(folder, name));
  mkdirSync(join(folder, 'a', 'docker'));
  writeFileSync(join(folder, 'b', 'docker'), '');
  writeFileSync(join(folder, 'c', 'docker'), '');
  chmodSync(join(folder, 'c', 'docker'), 0o755);
  const path = ['.', '', 'a', 'b', 'c'].map((name) => (name.length === 1 && name !== '.' ? join(folder, name) : name));
  assert.equal(new EngineClient('docker', { PATH: path.join(':') }).file, join(folder, 'c', 'docker'));
  assert.equal(new EngineClient('docker', { PATH: '/nowhere' }).file, 'docker');
});
