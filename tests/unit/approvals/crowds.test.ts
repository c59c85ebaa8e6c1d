import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  ApprovalsScene,
  answerOf,
  ClientProbe,
  type SoundedCall,
  soughtFor,
  takenBy,
} from '../../support/approvals/approvals-scene.ts';

const { principal } = soughtFor().call;

test('one client has a few requests at a time, and leaves room for others', () => {
  const scene = new ApprovalsScene();
  const calls = Array.from({ length: 40 }, (_, index) => scene.seek(soughtFor({ path: `${index}` })));
  assert.equal(calls.filter((call) => takenBy(call) === 'waits').length, 32);
  assert.equal(takenBy(calls[32]!), 'SP6005');
  const other = soughtFor({ path: 'x' }, { principal: { ...principal, subject: 'ben' } });
  assert.equal(takenBy(scene.seek(other)), 'waits');
  calls[0]!.cancel();
  assert.equal(takenBy(scene.seek(soughtFor({ path: 'y' }))), 'waits');
});

test('a client that has question after question put to people for nothing is not allowed more for a while', () => {
  const ways: readonly [string, (scene: ApprovalsScene, call: SoundedCall) => void][] = [
    ['taken back', (_, call) => call.cancel()],
    ['refused', ({ desk }) => void desk.answer(desk.pending()[0]!.id, answerOf({ approved: false }))],
  ];
  for (const [what, end] of ways) {
    const scene = new ApprovalsScene();
    for (let index = 0; index < 64; index++) end(scene, scene.seek(soughtFor({ path: `${index}` })));
    assert.equal(takenBy(scene.seek(soughtFor({ path: 'x' }))), 'SP6005', what);
    assert.equal(scene.channel.asked.length, 64, what);
    const other = soughtFor({ path: 'x' }, { principal: { ...principal, clientId: 'another' } });
    assert.equal(takenBy(scene.seek(other)), 'waits', what);
    scene.pass(600_000);
    assert.equal(takenBy(scene.seek(soughtFor({ path: 'y' }))), 'waits', what);
  }
});

test('a client to which people agree may have them asked as often as it likes', () => {
  const scene = new ApprovalsScene();
  for (let index = 0; index < 200; index++) {
    const call = scene.seek(soughtFor({ path: `${index}` }));
    scene.desk.answer(scene.desk.pending()[0]!.id, answerOf());
    assert.equal(takenBy(call), 'made');
  }
});

test('ten thousand calls of many clients keep a thousand requests, and all of them come to an end', () => {
  const scene = new ApprovalsScene();
  const calls = Array.from({ length: 10_000 }, (_, index) =>
    scene.seek(soughtFor({ path: `${index}` }, { principal: { ...principal, subject: `user${index % 500}` } })),
  );
  assert.equal(scene.desk.pending().length, 1000);
  assert.equal(calls.filter((call) => takenBy(call) === 'SP6005').length, 9000);
  scene.pass(55_000);
  assert.ok(calls.every((call) => call.heard.length === 1));
  scene.pass(600_000);
  assert.equal(scene.desk.pending().length, 0);
  assert.equal(scene.timers, 0);
});

test('calls alike beyond what one answer is for are turned away', () => {
  const scene = new ApprovalsScene();
  const calls = Array.from({ length: 300 }, () => scene.seek());
  assert.equal(scene.desk.pending().length, 1);
  assert.equal(scene.channel.asked.length, 1, 'nobody is disturbed for each of them');
  assert.equal(calls.filter((call) => takenBy(call) === 'SP6005').length, 44);
});

test('a form is put to one client of calls alike, and to the next one when that is gone', () => {
  const scene = new ApprovalsScene();
  const [first, second] = [new ClientProbe(), new ClientProbe()];
  const one = scene.seek(soughtFor(), first.way);
  const two = scene.seek(soughtFor(), second.way);
  assert.deepEqual([first.forms.length, second.forms.length], [1, 0]);
  one.cancel();
  assert.equal(second.forms.length, 1);
  second.says('once');
  assert.equal(takenBy(two), 'made');
});

test('a call that fails when it hears the answer keeps no other from hearing it', () => {
  const scene = new ApprovalsScene();
  const seeker = { way: { kind: 'none' as const }, beat: () => {} };
  scene.desk.seek(soughtFor(), seeker, () => {
    throw new Error('the session is gone');
  });
  const other = scene.seek();
  scene.desk.answer(scene.desk.pending()[0]!.id, answerOf({ calls: 2 }));
  assert.equal(takenBy(other), 'made');
});

test('a channel that throws is left out', () => {
  const scene = new ApprovalsScene();
  scene.channel.ask = () => {
    throw new Error('no display');
  };
  scene.desk.watch(() => {
    throw new Error('closed');
  });
  const call = scene.seek();
  scene.desk.answer(scene.desk.pending()[0]!.id, answerOf());
  assert.equal(takenBy(call), 'made');
});

test('an answer by itself is seen in the log', () => {
  const scene = new ApprovalsScene();
  const client = new ClientProbe();
  scene.seek(soughtFor(), client.way);
  client.says('once');
  assert.equal(scene.events('approval_answered')[0]?.quick, true);
  const slow = new ClientProbe();
  scene.seek(soughtFor({ path: 'b' }), slow.way);
  scene.pass(3000);
  slow.says('once');
  const [, second] = scene.events('approval_answered');
  assert.equal(second?.quick, undefined);
  assert.equal(second?.answered_ms, 3000);
});

test('every answer is told of with who gave it, how, and for what', () => {
  const scene = new ApprovalsScene();
  const call = scene.seek();
  const { id, digest } = scene.desk.pending()[0]!;
  scene.desk.answer(id, answerOf({ why: 'a release' }));
  takenBy(call);
  assert.deepEqual(
    scene.told.map(({ event }) => event),
    ['approval_asked', 'approval_answered', 'approval_granted'],
  );
  for (const { fields } of scene.told) {
    assert.equal(fields.id, id);
    assert.equal(fields.resource, 'files/read');
    assert.equal(fields.principal, 'ana');
    assert.equal(fields.digest, digest);
  }
  const { by, channel, assurance, scope, why } = scene.events('approval_answered')[0]!;
  assert.deepEqual([by, channel, assurance, scope, why], ['olga', 'terminal', 'os-auth', 'once', 'a release']);
});

test('no refusal tells the model how one agrees', () => {
  const scene = new ApprovalsScene();
  const call = scene.seek();
  scene.pass(55_000);
  const [sounded] = call.heard;
  assert.ok(sounded !== undefined && 'refused' in sounded);
  assert.doesNotMatch(sounded.refused.text, /sallyport|approve|http|`|\$/i);
});
