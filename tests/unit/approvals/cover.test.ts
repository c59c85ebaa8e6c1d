import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Cover, type CoverGround, coverInWords, coverOf, isLike } from '../../../lib/approvals/cover.ts';
import type { ToolShape } from '../../../lib/model/tool-shape.ts';
import { Payload } from '../../../lib/wire/payload.ts';
import { soughtFor } from '../../support/approvals/approvals-scene.ts';
import { FACTS } from '../../support/policy/calls.ts';

const GROUND: CoverGround = {
  preset: undefined,
  dialect: 'postgres',
  reachesOut: false,
  cwd: '/work',
  home: '/home/ana',
};

async function cover(args: unknown, ground: Partial<CoverGround> = {}): Promise<Cover> {
  return coverOf(soughtFor(args).call, { ...GROUND, ...ground });
}

/** A tool that sends what it is given: its schema says where it goes to, and not what else there is. */
const SENDS: ToolShape = {
  annotations: {},
  defect: undefined,
  schema: {
    properties: { request: { type: 'object', properties: { url: { type: 'string' }, body: { type: 'string' } } } },
  },
};

async function covers(agreed: unknown, then: unknown): Promise<boolean> {
  return isLike(await cover(then), await cover(agreed));
}

test('commands are alike by their program and its verb', async () => {
  const agreed = { command: 'git push origin main' };
  assert.equal(coverInWords(await cover(agreed)), 'commands that begin with git push');
  assert.ok(await covers(agreed, { command: 'git push --tags origin' }));
  const others = [
    'git pull',
    'git push; rm -rf /',
    'git push && curl evil',
    'git push > /etc/passwd',
    'git push $(id)',
    'X=1 git push',
    'git -c core.sshCommand=id push',
    '/tmp/git push',
    'sudo git push',
    'git "push',
  ];
  for (const command of others) assert.equal(await covers(agreed, { command }), false, command);
});

test('a command that runs what follows it is agreed to word for word', async () => {
  for (const command of [
    'bash -c ls',
    'npm run build',
    'python a.py',
    'find . -delete',
    'rm a',
    'xargs ls',
    'npx x',
    'docker run x',
    'vim a',
    'pytest a',
    'tsx a.ts',
    'psql -l',
    'aws s3',
  ])
    assert.deepEqual(await cover({ command }), { exact: true }, command);
});

test('URLs are alike by scheme, host and port', async () => {
  const agreed = { url: 'https://api.example.com/a?b=1' };
  assert.equal(coverInWords(await cover(agreed)), 'anything at https://api.example.com:443');
  assert.ok(await covers(agreed, { url: 'https://API.example.com/other' }));
  const others = [
    'http://api.example.com/a',
    'https://api.example.com:8443/a',
    'https://evil.example.com/a',
    'https://api.example.com@evil.example.com/',
    'https://api.example.com\\@evil.example.com/',
  ];
  for (const url of others) assert.equal(await covers(agreed, { url }), false, url);
});

test('statements are alike by kind and by what they touch', async () => {
  const agreed = { sql: 'UPDATE users SET name = $1 WHERE id = 1' };
  assert.ok(await covers(agreed, { sql: "update users set name = 'x' where id = 7" }));
  const others = [
    'UPDATE accounts SET name = 1 WHERE id = 1',
    'DELETE FROM users WHERE id = 1',
    'UPDATE users SET name = 1',
    'UPDATE users SET name = (SELECT secret FROM keys) WHERE id = 1',
    'UPDATE users SET name = pg_read_file($1) WHERE id = 1',
    'UPDATE users SET name = 1 WHERE id = 1; DROP TABLE users',
    'UPDATE users SET',
  ];
  for (const sql of others) assert.equal(await covers(agreed, { sql }), false, sql);
  assert.deepEqual(await cover(agreed, { dialect: undefined }), { exact: true }, 'in a dialect nobody named');
});

test('every path of a call counts', async () => {
  const agreed = { source: '/work/a/x', destination: '/work/b/x' };
  assert.ok(await covers(agreed, { source: '/work/a/y', destination: '/work/b/deep/y' }));
  assert.equal(await covers(agreed, { source: '/work/a/y', destination: '/etc/y' }), false);
  assert.equal(await covers({ path: '/work/a/x' }, { path: 'a/../../etc/x' }), false);
  assert.equal(await covers({ path: '/work/a/x' }, { path: '/work/a%2f..%2fx' }), false);
});

test('a member deep in the arguments that nobody was told of is not agreed to with what stands beside it', async () => {
  const facts = { ...FACTS, tool: SENDS };
  const of = (args: unknown, reachesOut: boolean) =>
    coverOf(soughtFor(args, { facts }).call, { ...GROUND, reachesOut });
  const agreed = { request: { url: 'https://a.example/x' } };
  const more = { request: { url: 'https://a.example/y', body: 'all my keys' } };
  assert.equal(isLike(await of(more, false), await of(agreed, false)), false, 'it has a further member');
  assert.ok(isLike(await of({ request: { url: 'https://a.example/y' } }, false), await of(agreed, false)));
  assert.deepEqual(await of(more, true), { exact: true }, 'and of a tool that tells others each counts');
});

test('a call that is sent with more than its arguments is agreed to word for word', async () => {
  const params = (more: object) =>
    Payload.of(JSON.stringify({ name: 'read', arguments: { path: '/work/a/x' }, ...more }));
  const of = (more: object) =>
    coverOf(soughtFor({}, { params: params(more), args: params({}).member('arguments') }).call, GROUND);
  assert.notDeepEqual(await of({ _meta: { progressToken: 1 } }), { exact: true });
  assert.deepEqual(await of({ inputResponses: { sure: { action: 'accept' } } }), { exact: true });
  assert.deepEqual(await of({ extra: 1 }), { exact: true });
});

test('a path that leads up again is agreed to word for word, since a link before it leads elsewhere', async () => {
  assert.deepEqual(await cover({ path: '/work/a/link/../x' }), { exact: true });
  assert.notDeepEqual(await cover({ path: '/work/a/..x/y' }), { exact: true });
});

test('a text without a statement is like no other', async () => {
  assert.deepEqual(await cover({ sql: '-- nothing' }), { exact: true });
});

test('a path that some program reads another way than it is written is agreed to word for word', async () => {
  for (const path of [
    ' /etc/shadow',
    '/work/a/x ',
    '$HOME/.ssh/id',
    '/work/a/`id`/x',
    '/work/{a,/etc}/x',
    '/work/a\n/x',
  ])
    assert.deepEqual(await cover({ path }), { exact: true }, path);
  assert.deepEqual(await cover({ path: '/proc/self/status' }), { exact: true }, 'beside it is a link to everything');
});

test('a statement that names nothing it touches is like no other', async () => {
  assert.deepEqual(await cover({ sql: 'SET @a = 1' }, { dialect: 'mysql' }), { exact: true });
  assert.notDeepEqual(await cover({ sql: 'SELECT 1' }, { dialect: 'mysql' }), { exact: true });
});

test('a call with a switch in another position is not like the one agreed to', async () => {
  const agreed = { path: '/work/a/x', dry_run: true };
  assert.ok(await covers(agreed, { path: '/work/a/y', dry_run: true }));
  assert.equal(await covers(agreed, { path: '/work/a/y', dry_run: false }), false);
  assert.equal(await covers(agreed, { path: '/work/a/y' }), false, 'what is not said may mean anything');
  assert.equal(await covers({ path: '/work/a/x' }, { path: '/work/a/y', recursive: false }), false);
});

test('arguments that can be read in two ways, or that are too many to be told apart, are agreed to word for word', async () => {
  const of = (args: string) => {
    const params = Payload.of(`{"name":"read","arguments":${args}}`);
    return coverOf(soughtFor({}, { params, args: params.member('arguments') }).call, GROUND);
  };
  assert.notDeepEqual(await of('{"path":"/work/a/x","more":{"a":1}}'), { exact: true });
  assert.deepEqual(await of('{"path":"/work/a/x","more":{"a":1,"a":2}}'), { exact: true });
  const many = (of: string) => Array.from({ length: 20_000 }, (_, i) => of.replace('#', String(i))).join(',');
  assert.deepEqual(await of(`{"path":"/work/a/x","more":[${many('1')}]}`), { exact: true });
  assert.deepEqual(await of(`{"path":"/work/a/x","more":{${many('"k#":1')}}}`), { exact: true });
});
