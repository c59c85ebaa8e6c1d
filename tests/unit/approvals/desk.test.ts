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

test('a call waits until somebody agrees, and is made once', () => {
  const scene = new ApprovalsScene();
  const call = scene.seek();
  assert.equal(takenBy(call), 'waits');
  const [pending] = scene.desk.pending();
  assert.equal(pending!.calls, 1);
  assert.equal(scene.channel.open.size, 1);
  assert.equal(scene.desk.answer(pending!.id, answerOf()), undefined);
  assert.equal(takenBy(call), 'made');
  assert.equal(takenBy(call), 'SP6006', 'a second use');
  assert.equal(scene.channel.open.size, 0, 'withdrawn');
  assert.deepEqual(scene.desk.pending(), []);
  assert.equal(scene.events('approval_refused')[0]?.why, 'used');
  assert.equal(scene.timers, 0, 'nothing is left to wait for');
});

test('a refusal is told to the call, and nobody is asked the same again for five minutes', () => {
  const scene = new ApprovalsScene();
  const call = scene.seek();
  scene.desk.answer(scene.desk.pending()[0]!.id, answerOf({ approved: false, assurance: 'in-band' }));
  assert.equal(takenBy(call), 'SP6001');
  assert.equal(takenBy(scene.seek()), 'SP6001');
  assert.equal(takenBy(scene.seek(soughtFor({ path: 'b' }))), 'waits', 'another call');
  scene.pass(5 * 60_000);
  assert.equal(takenBy(scene.seek()), 'waits');
});

test('a call of a tool whose name is cut counts as not shown whole', () => {
  const wholeWith = (id: string) => {
    const scene = new ApprovalsScene();
    scene.seek(soughtFor({ path: 'a' }, { resource: { backend: 'files', type: 'tool', id } }));
    return scene.desk.pending()[0]!.isWhole;
  };
  assert.deepEqual([wholeWith('r'.repeat(200)), wholeWith('r'.repeat(201))], [true, false]);
});

test('where nobody can be asked the call is refused at once', () => {
  const scene = new ApprovalsScene({ reachable: false });
  assert.equal(takenBy(scene.seek()), 'SP6003');
  assert.deepEqual(scene.desk.pending(), []);
  const end = scene.desk.watch(() => {});
  assert.equal(takenBy(scene.seek()), 'waits', 'somebody looks');
  end();
  scene.desk.watch(() => {}, 'program');
  assert.equal(takenBy(scene.seek(soughtFor({ path: 'b' }))), 'SP6003', 'what only counts cannot answer');
});

test('a call that comes before somebody who is about to look waits for them, and is asked about when they are there', () => {
  const scene = new ApprovalsScene({ reachable: false });
  scene.onlookersWithinMs = 5000;
  const call = scene.seek();
  const given = scene.seek(soughtFor({ path: 'b' }));
  assert.deepEqual([takenBy(call), takenBy(given)], ['waits', 'waits']);
  assert.deepEqual(scene.desk.pending(), [], 'nobody is asked yet');
  given.cancel();
  scene.pass(1000);
  const shown: string[] = [];
  scene.desk.watch((change, { id }) => void shown.push(`${change} ${id}`));
  scene.pass(0);
  const [pending, ...others] = scene.desk.pending();
  assert.deepEqual([shown, others], [[`asked ${pending!.id}`], []]);
  assert.equal(scene.desk.answer(pending!.id, answerOf()), undefined);
  assert.equal(takenBy(call), 'made');
  assert.equal(scene.timers, 0, 'nothing is left to wait for');
});

test('where those who were about to look do not come the call is refused, once and for nobody else', () => {
  const scene = new ApprovalsScene({ reachable: false });
  scene.onlookersWithinMs = 5000;
  const call = scene.seek();
  scene.pass(4000);
  scene.desk.watch(() => {}, 'program');
  scene.pass(999);
  assert.equal(takenBy(call), 'waits', 'what only counts is not whom it waits for');
  scene.pass(1);
  assert.equal(takenBy(call), 'SP6003');
  assert.deepEqual([call.heard.length, scene.timers, scene.events('approval_asked').length], [1, 0, 0]);
  scene.settings = { ...USUAL_APPROVALS, channels: ['client', 'desktop'] };
  assert.equal(takenBy(scene.seek()), 'SP6003', 'a terminal is no channel here');
});

test('the client is asked by a form, and the first answer withdraws all others', () => {
  const scene = new ApprovalsScene();
  const client = new ClientProbe();
  const call = scene.seek(soughtFor(), client.way);
  assert.equal(client.forms.length, 1);
  client.says('once');
  assert.equal(takenBy(call), 'made');
  assert.equal(scene.channel.open.size, 0);
  const other = new ClientProbe();
  const next = scene.seek(soughtFor({ path: 'b' }), other.way);
  scene.desk.answer(scene.desk.pending()[0]!.id, answerOf());
  assert.equal(other.withdrawn, 1);
  other.says('deny');
  assert.equal(takenBy(next), 'made', 'too late');
});

for (const [what, says] of Object.entries({
  declines: (client: ClientProbe) => client.says(undefined, 'decline'),
  cancels: (client: ClientProbe) => client.says(undefined, 'cancel'),
  'accepts without a decision': (client: ClientProbe) => client.says(undefined),
  'accepts with a decision nobody offered': (client: ClientProbe) => client.says('always'),
  denies: (client: ClientProbe) => client.says('deny'),
})) {
  test(`a client that ${what} has not agreed`, () => {
    const scene = new ApprovalsScene();
    const client = new ClientProbe();
    const call = scene.seek(soughtFor(), client.way);
    says(client);
    assert.equal(takenBy(call), 'SP6001');
  });
}

test('a client that takes no form leaves the answer to others, or nobody', () => {
  const scene = new ApprovalsScene();
  const client = new ClientProbe();
  const call = scene.seek(soughtFor(), client.way);
  client.fails();
  assert.equal(takenBy(call), 'waits');
  scene.channel.isReachable = false;
  const lonely = new ClientProbe();
  const other = scene.seek(soughtFor({ path: 'b' }), lonely.way);
  lonely.fails();
  assert.equal(takenBy(other), 'SP6003');
});

test('after the time a call may be held it is told to come back, and the agreement waits for it', () => {
  const scene = new ApprovalsScene();
  const call = scene.seek();
  scene.pass(55_000);
  const [sounded] = call.heard;
  assert.ok(sounded !== undefined && 'refused' in sounded);
  assert.equal(sounded.refused.code, 'SP6004');
  assert.equal(sounded.refused.retry, 'after_approval');
  const [pending] = scene.desk.pending();
  assert.match(sounded.refused.text, new RegExp(`id ${pending!.id};`));
  assert.equal(pending!.calls, 0);
  assert.equal(call.beats.length, 5);
  scene.desk.answer(pending!.id, answerOf());
  const retry = scene.seek();
  assert.equal(takenBy(retry), 'made');
  assert.equal(takenBy(scene.seek()), 'waits', 'it was used');
});

test('with `on_timeout: deny` nothing goes on to wait', () => {
  const scene = new ApprovalsScene();
  scene.settings = { ...USUAL_APPROVALS, onTimeout: 'deny' };
  const call = scene.seek();
  scene.pass(55_000);
  assert.equal(takenBy(call), 'SP6002');
  assert.deepEqual(scene.desk.pending(), []);
  assert.equal(scene.channel.open.size, 0);
});

test('a request nobody answers runs out, and so does an agreement nobody uses', () => {
  const scene = new ApprovalsScene();
  scene.seek();
  scene.pass(55_000 + 600_000);
  assert.deepEqual(scene.desk.pending(), []);
  assert.equal(scene.events('approval_expired').length, 1);
  const call = scene.seek();
  scene.pass(55_000);
  scene.desk.answer(scene.desk.pending()[0]!.id, answerOf());
  assert.equal(takenBy(call), 'SP6004');
  scene.pass(600_000);
  assert.equal(takenBy(scene.seek()), 'waits');
  assert.equal(scene.events('approval_refused').at(-1)?.why, 'expired');
});

test('when the last client that waits goes, nobody is asked any more', () => {
  const scene = new ApprovalsScene();
  const client = new ClientProbe();
  const [one, two] = [scene.seek(soughtFor(), client.way), scene.seek()];
  assert.equal(scene.desk.pending()[0]!.calls, 2, 'they are one request');
  one.cancel();
  assert.equal(client.withdrawn, 1);
  assert.equal(scene.desk.pending()[0]!.calls, 1);
  two.cancel();
  assert.deepEqual(scene.desk.pending(), []);
  assert.equal(scene.channel.open.size, 0);
  assert.equal(scene.timers, 0);
});

test('`once` is good for as many calls as whoever answered was told of, the oldest first', () => {
  const scene = new ApprovalsScene();
  const calls = [scene.seek(), scene.seek(), scene.seek()];
  const { id } = scene.desk.pending()[0]!;
  scene.desk.answer(id, answerOf({ calls: 2 }));
  assert.deepEqual(
    calls.map((call) => takenBy(call)),
    ['made', 'made', 'waits'],
  );
  const [rest] = scene.desk.pending();
  assert.equal(rest!.calls, 1);
  assert.equal(scene.desk.answer(id, answerOf())?.code, 'SP6006', 'a second answer to the first question');
  assert.equal(takenBy(calls[2]!), 'waits');
  scene.desk.answer(rest!.id, answerOf());
  assert.equal(takenBy(calls[2]!), 'made');
});
