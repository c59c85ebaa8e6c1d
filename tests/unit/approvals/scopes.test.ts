import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ApprovalsScene,
  answerOf,
  ClientProbe,
  soughtFor,
  takenBy,
  USUAL_APPROVALS,
} from '../../support/approvals/approvals-scene.ts';

const AT = { path: '/work/docs/a.md', content: 'one' };

function agreedTo(scene: ApprovalsScene, args: unknown, scope: 'session' | 'time'): void {
  const call = scene.seek(soughtFor(args));
  assert.equal(scene.desk.answer(scene.desk.pending()[0]!.id, answerOf({ scope })), undefined);
  assert.equal(takenBy(call), 'made');
}

test('an agreement for a session covers the folder, and no call outside of it', () => {
  const scene = new ApprovalsScene();
  scene.seek(soughtFor(AT)).cancel();
  agreedTo(scene, AT, 'session');
  assert.equal(takenBy(scene.seek(soughtFor({ path: '/work/docs/deep/b.md', content: 'two' }))), 'made');
  for (const path of ['/work/docs2/a.md', '/work/docs/../a.md', '/work/docs', '/etc/passwd', 'file:///work/docs/a'])
    assert.equal(takenBy(scene.seek(soughtFor({ path, content: 'two' }))), 'waits', path);
  const more = soughtFor({ ...AT, mode: '777' });
  assert.equal(takenBy(scene.seek(more)), 'waits', 'an argument nobody saw');
});

test('what it covers is told before somebody agrees', () => {
  const scene = new ApprovalsScene();
  scene.seek(soughtFor(AT));
  assert.equal(scene.desk.pending()[0]!.covers, 'anything in /work/docs');
});

test('where it cannot be said whole what more it would cover, somebody agrees to the call alone', () => {
  const scene = new ApprovalsScene();
  const paths = Array.from({ length: 9 }, (_, i) => `/work/${String(i).repeat(80)}/a.md`);
  scene.seek(soughtFor({ paths }));
  assert.deepEqual(scene.desk.pending()[0]!.scopes, ['once']);
  scene.seek(soughtFor({ paths: paths.slice(0, 2) }));
  assert.deepEqual(scene.desk.pending()[1]!.scopes, ['once', 'session', 'time']);
});

test('where nothing can be said in general an agreement for a session covers the exact call alone', () => {
  const scene = new ApprovalsScene();
  agreedTo(scene, { text: 'a' }, 'session');
  assert.equal(takenBy(scene.seek(soughtFor({ text: 'a' }))), 'made');
  assert.equal(takenBy(scene.seek(soughtFor({ text: 'b' }))), 'waits');
});

test('a folder that holds everything is none', () => {
  for (const path of ['/a', '/home/ana/a', '~/a', '/home/b', '.']) {
    const scene = new ApprovalsScene();
    scene.seek(soughtFor({ path }));
    assert.equal(scene.desk.pending()[0]!.covers, undefined, path);
  }
});

test('what a tool sends elsewhere is agreed to as it is', () => {
  const scene = new ApprovalsScene();
  scene.effect = { kind: 'write', flags: ['external'], origin: 'operator' };
  agreedTo(scene, { path: '/work/docs/a.md', to: 'ben' }, 'session');
  assert.equal(takenBy(scene.seek(soughtFor({ path: '/work/docs/a.md', to: 'eve' }))), 'waits');
});

test('an agreement for a session ends with it', () => {
  const scene = new ApprovalsScene();
  agreedTo(scene, AT, 'session');
  assert.equal(takenBy(scene.seek(soughtFor(AT, { session: 's2' }))), 'waits');
  scene.open();
  assert.equal(takenBy(scene.seek(soughtFor(AT))), 'waits', 'after a restart');
});

test('over HTTP it is known by principal and client, for an hour', () => {
  const scene = new ApprovalsScene({ sessionsEnd: false });
  agreedTo(scene, AT, 'session');
  assert.equal(takenBy(scene.seek(soughtFor(AT, { session: 's2' }))), 'made');
  scene.pass(3_600_000);
  assert.equal(takenBy(scene.seek(soughtFor(AT))), 'waits');
});

test('an agreement for a while outlives a restart, and then runs out', () => {
  const scene = new ApprovalsScene();
  agreedTo(scene, AT, 'time');
  scene.open();
  assert.equal(takenBy(scene.seek(soughtFor(AT, { session: 's2' }))), 'made');
  scene.pass(3_600_000);
  assert.equal(takenBy(scene.seek(soughtFor(AT))), 'waits');
});

test('it holds for its own principal, client, rule, definition and policy', () => {
  const scene = new ApprovalsScene();
  agreedTo(scene, AT, 'session');
  const { principal, facts, resource } = soughtFor().call;
  const others = {
    principal: soughtFor(AT, { principal: { ...principal, subject: 'eve' } }),
    client: soughtFor(AT, { principal: { ...principal, clientId: 'other' } }),
    tool: soughtFor(AT, { resource: { ...resource, id: 'write' } }),
    backend: soughtFor(AT, { resource: { ...resource, backend: 'others' } }),
    rule: { ...soughtFor(AT), reason: { ...soughtFor().reason, rule: 'another' } },
  };
  for (const [what, sought] of Object.entries(others)) assert.equal(takenBy(scene.seek(sought)), 'waits', what);
  assert.equal(takenBy(scene.seek(soughtFor(AT))), 'made');
  const changed = { ...facts, offered: { kind: 'tool', id: 'read', hash: 'sha256:other' } as const };
  assert.equal(takenBy(scene.seek(soughtFor(AT, { facts: changed }))), 'waits', 'definition');
  assert.equal(scene.events('approval_refused').at(-1)?.why, 'other definition');
});

test('what destroys is agreed to call by call', () => {
  const scene = new ApprovalsScene();
  scene.effect = { kind: 'destructive', flags: [], origin: 'operator' };
  scene.seek(soughtFor(AT));
  const [pending] = scene.desk.pending();
  assert.deepEqual(pending!.scopes, ['once']);
  assert.equal(scene.desk.answer(pending!.id, answerOf({ scope: 'session' }))?.code, 'SP6007');
  assert.equal(scene.desk.answer(pending!.id, answerOf()), undefined);
});

test('under strict what destroys needs more than the client, or anybody of the same user', () => {
  const scene = new ApprovalsScene();
  scene.profile = 'strict';
  scene.effect = { kind: 'destructive', flags: [], origin: 'operator' };
  const client = new ClientProbe();
  const call = scene.seek(soughtFor(AT), client.way);
  assert.equal(client.forms.length, 0);
  const { id, needs } = scene.desk.pending()[0]!;
  assert.equal(needs, 'os-auth');
  for (const assurance of ['in-band', 'same-user', 'remote'] as const)
    assert.equal(scene.desk.answer(id, answerOf({ assurance }))?.code, 'SP6007');
  assert.equal(takenBy(call), 'waits');
  assert.equal(scene.events('approval_refused').length, 3);
  assert.equal(scene.desk.answer(id, answerOf({ assurance: 'webauthn' })), undefined);
  assert.equal(takenBy(call), 'made');
});

test('what is to be answered elsewhere is not put to the client', () => {
  const scene = new ApprovalsScene();
  scene.settings = { ...USUAL_APPROVALS, outOfBand: ['files/@write'] };
  const client = new ClientProbe();
  scene.seek(soughtFor(AT), client.way);
  assert.equal(client.forms.length, 0);
  scene.channel.isReachable = false;
  assert.equal(takenBy(scene.seek(soughtFor({ path: 'b' }), client.way)), 'SP6003');
});

test('whoever makes a call may not agree to it where that is forbidden', () => {
  const scene = new ApprovalsScene();
  scene.settings = { ...USUAL_APPROVALS, separateApprover: true };
  const client = new ClientProbe();
  const call = scene.seek(soughtFor(AT), client.way);
  assert.equal(client.forms.length, 0);
  const { id } = scene.desk.pending()[0]!;
  assert.equal(scene.desk.answer(id, answerOf({ by: 'ana' }))?.code, 'SP6007');
  assert.equal(scene.desk.answer(id, answerOf({ by: 'ben' })), undefined);
  assert.equal(takenBy(call), 'made');
});

test('only those on the list of approvers may agree, and anybody may refuse', () => {
  const scene = new ApprovalsScene();
  scene.settings = { ...USUAL_APPROVALS, approvers: ['ben', 'role:admin'] };
  const client = new ClientProbe();
  scene.seek(soughtFor(AT), client.way);
  assert.equal(client.forms.length, 0, 'ana is none');
  const { id } = scene.desk.pending()[0]!;
  assert.equal(scene.desk.answer(id, answerOf({ by: 'eve' }))?.code, 'SP6007');
  assert.equal(scene.desk.answer(id, answerOf({ by: 'eve', approved: false })), undefined);
  const { principal } = soughtFor().call;
  scene.seek(soughtFor({ path: 'b' }, { principal: { ...principal, roles: ['admin'] } }), client.way);
  assert.equal(client.forms.length, 1);
});

test('a call that cannot be shown whole is not put to the client', () => {
  const scene = new ApprovalsScene();
  const client = new ClientProbe();
  const call = scene.seek(soughtFor({ path: 'a', content: 'x'.repeat(5000) }), client.way);
  assert.equal(client.forms.length, 0);
  const [pending] = scene.desk.pending();
  assert.equal(pending!.isWhole, false);
  scene.desk.answer(pending!.id, answerOf());
  assert.equal(takenBy(call), 'made');
});
