import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Files, unlooked } from '../../../lib/model/files.ts';
import { Payload } from '../../../lib/wire/payload.ts';
import { pathsScene } from '../../support/policy/paths-scene.ts';

const FILES = {
  '/home/ana/project/src/a.ts': 'x',
  '/home/ana/project/link': { link: 'src' },
  '/home/ana/project/to-a': { link: 'src/a.ts' },
  '/home/ana/project/secret.pem': 'x',
};
/** With a rule in force, every path is forwarded as it was judged. */
const RULED = 'tools: { "files/*": { paths: { deny: ["/nowhere"] } } }';

test('a path is forwarded as its real folder with its own name', async () => {
  const { forwarded } = pathsScene({ files: FILES, policies: RULED });
  const cases: [string, string][] = [
    ['src/a.ts', '/home/ana/project/src/a.ts'],
    ['link/a.ts', '/home/ana/project/src/a.ts'],
    ['/home/ana/project/link/new.ts', '/home/ana/project/src/new.ts'],
    ['to-a', '/home/ana/project/to-a'],
    ['link', '/home/ana/project/link'],
    ['link/', '/home/ana/project/link/'],
    ['./link/.', '/home/ana/project/link/'],
    ['src/../link/a.ts', '/home/ana/project/src/a.ts'],
    ['~/x', '/home/ana/x'],
    ['file:///home/ana/project/link/a.ts', 'file:///home/ana/project/src/a.ts'],
    ['file:///home/ana/project/link/a%20b', 'file:///home/ana/project/src/a%20b'],
    ['//opt//x', '/opt/x'],
    ['', ''],
    ['https://example.com/x', 'https://example.com/x'],
  ];
  for (const [path, sent] of cases) {
    const got = (await forwarded({ path })) as { path: string };
    assert.equal(got.path, sent, path);
    assert.deepEqual(await forwarded(got), got, `${path} twice`);
  }
});

test('what stands in its form already is not edited', async () => {
  const { decide } = pathsScene({ files: FILES, policies: RULED });
  for (const path of ['/home/ana/project/src/a.ts', '/home/ana/project/src/', 'file:///home/ana/project/src/a.ts'])
    assert.deepEqual((await decide({ path })).edits, [], path);
});

test('a guess leaves relative paths alone: they may be no paths of this machine', async () => {
  const { forwarded } = pathsScene({ files: FILES });
  assert.deepEqual(await forwarded({ path: 'link/a.ts' }), { path: 'link/a.ts' });
  assert.deepEqual(await forwarded({ path: '/home/ana/project/link/a.ts' }), { path: '/home/ana/project/src/a.ts' });
});

test('several paths are edited each in its place', async () => {
  const { forwarded } = pathsScene({ files: FILES, policies: RULED });
  const sent = await forwarded({ paths: ['link/a.ts', '/x', 'link/b.ts'], n: 1.5, source: 'to-a' });
  assert.deepEqual(sent, {
    paths: ['/home/ana/project/src/a.ts', '/x', '/home/ana/project/src/b.ts'],
    n: 1.5,
    source: '/home/ana/project/to-a',
  });
});

test('a reason says where it comes from and what would change it, and nothing of that to the model', async () => {
  const { decide } = pathsScene({ policies: 'tools: { "files/*": { paths: { deny: ["**/x"], allow: ["./a"] } } }' });
  const { reason } = await decide({ path: 'a/x' });
  assert.equal(reason?.rule, 'policies.tools["files/*"].paths.deny[0]');
  assert.match(reason?.source ?? '', /^sallyport\.yaml:\d+/);
  assert.equal(reason?.at, '/path');
  assert.equal(reason?.fix, 'take "**/x" out of policies.tools["files/*"].paths.deny');
  assert.equal(reason?.text, 'this path is not allowed');
  const other = await decide({ path: 'b/y' });
  assert.equal(other.reason?.fix, 'add "/home/ana/project/b/y" to policies.tools["files/*"].paths.allow');
  assert.equal(other.reason?.text, reason?.text);
});

test('what is denied is refused in the same words, there or not', async () => {
  const { decide } = pathsScene({ files: FILES });
  const there = await decide({ path: '/home/ana/project/secret.pem' });
  const missing = await decide({ path: '/home/ana/project/missing.pem' });
  assert.deepEqual(there.reason, missing.reason);
});

test('where the volume folds case, a denial does', async () => {
  const { decide } = pathsScene({ files: FILES, foldsCase: true });
  assert.equal((await decide({ path: '/home/ana/project/SECRET.PEM' })).effect, 'deny');
  assert.equal((await pathsScene({ files: FILES }).decide({ path: '/home/ana/project/SECRET.PEM' })).effect, 'allow');
});

test('a pattern holds for what its folder really is, too', async () => {
  const files = { '/home/ana/vault': { link: '/home/ana/disk/vault' }, '/home/ana/disk/vault/x': 'x' };
  const { decide } = pathsScene({ files, policies: 'tools: { "files/*": { paths: { deny: ["~/vault/**"] } } }' });
  assert.equal((await decide({ path: '/home/ana/disk/vault/x' })).effect, 'deny');
  assert.equal((await decide({ path: '/home/ana/vault/x' })).effect, 'deny');
});

test('of a server elsewhere the text of a path is judged, and nothing is edited or looked up', async () => {
  const looked: string[] = [];
  const files: Files = {
    admit: () => {},
    look: (path) => {
      looked.push(path);
      return unlooked(path);
    },
    text: () => undefined,
  };
  const { decide } = pathsScene({ files, backend: 'url: "https://mcp.example.com"' });
  looked.length = 0;
  const decision = await decide({ path: 'docs/../README.md' }, 'write');
  assert.deepEqual([decision.effect, decision.edits.length, looked.length], ['allow', 0, 0]);
  assert.equal((await decide({ path: 'deploy/.env' })).effect, 'deny');
});

test('a volume that answers later is waited for, and one that does not denies', async () => {
  const answers: Files = { admit: () => {}, look: async (path) => unlooked(path), text: () => undefined };
  const slow = pathsScene({ files: answers, policies: RULED });
  assert.equal((await slow.decide({ path: '/x' })).effect, 'allow');
  assert.equal((await slow.decide({ path: '/x/../y' })).effect, 'allow');
  for (const look of [
    () => Promise.reject(new Error('deadline')),
    () => {
      throw new Error('EACCES');
    },
  ]) {
    const { decide } = pathsScene({ files: { admit: () => {}, look, text: () => undefined } });
    const { effect, reason } = await decide({ path: '/x' });
    assert.deepEqual([effect, reason?.code], ['deny', 'SP3103']);
  }
});

test('a thousand paths in a call are looked up, more are not', async () => {
  const { decide } = pathsScene({});
  const many = (count: number) => ({ paths: Array.from({ length: count }, (_, index) => `/srv/${index}`) });
  assert.equal((await decide(many(1000))).effect, 'allow');
  assert.equal((await decide(many(1001))).reason?.code, 'SP3102');
});

test('a rule that finds nothing to judge says so, and in strict denies', async () => {
  const policies = 'tools: { "files/*": { paths: { in: [where], deny: ["/x"] } } }';
  const tool = { schema: { properties: { where: { type: 'string' } } }, annotations: {}, defect: undefined };
  const facts = { size: 1, inFlight: 0, openQuestions: 0, structured: false, tool };
  const noted = await pathsScene({ policies }).decide({}, 'read', { facts });
  assert.deepEqual(
    [noted.effect, noted.findings.map(({ note }) => note)],
    ['allow', ['policies.tools["files/*"].paths found no path to judge']],
  );
  const strict = await pathsScene({ policies, profile: 'strict' }).decide({}, 'read', { facts });
  assert.deepEqual([strict.effect, strict.reason?.code], ['deny', 'SP3046']);
  const other = await pathsScene({ policies, profile: 'strict' }).decide({}, 'read');
  assert.equal(other.effect, 'allow', 'a tool without the argument is not its business');
});

test('questions to the client have no paths', async () => {
  const { decide } = pathsScene({});
  const asked = await decide({}, 'read', { direction: 'to-client', params: Payload.of('{"path":"~/.ssh"}') });
  assert.equal(asked.effect, 'allow');
});

test('the place a link stands in is judged besides its target and the way it was written', async () => {
  const files = {
    '/home/ana/project/open': { link: 'closed' },
    '/home/ana/project/closed/out': { link: '../src/a.ts' },
    '/home/ana/project/src/a.ts': 'x',
  };
  const { decide } = pathsScene({ files, policies: 'tools: { "files/*": { paths: { deny: ["./closed"] } } }' });
  assert.equal((await decide({ path: 'open/out' })).effect, 'deny');
  assert.equal((await decide({ path: 'src/a.ts' })).effect, 'allow');
});

test('a path that climbs is judged as programs climb and as the file system does', async () => {
  const files = {
    '/home/ana/project/down': { link: 'closed/inner' },
    '/home/ana/project/closed/inner/': null,
    '/home/ana/project/closed/a': 'x',
    '/home/ana/project/a': 'x',
  };
  const { decide } = pathsScene({ files, policies: 'tools: { "files/*": { paths: { deny: ["./closed/a"] } } }' });
  assert.equal((await decide({ path: 'down/../a' })).effect, 'deny');
  assert.equal((await decide({ path: 'a' })).effect, 'allow');
});
