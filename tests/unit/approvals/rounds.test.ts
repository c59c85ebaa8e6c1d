import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientWay } from '../../../lib/model/approvals.ts';
import { Payload } from '../../../lib/wire/payload.ts';
import {
  ApprovalsScene,
  answerOf,
  type SoundedCall,
  soughtFor,
  takenBy,
  WORDS,
} from '../../support/approvals/approvals-scene.ts';

const ASKED: ClientWay = { kind: 'round', words: WORDS, answered: undefined };

function back(request: string, decision: string | undefined): ClientWay {
  const reply =
    decision === undefined ? undefined : Payload.of(JSON.stringify({ action: 'accept', content: { decision } }));
  return { kind: 'round', words: WORDS, answered: { request, reply } };
}

function requestOf({ heard }: SoundedCall): string {
  const [sounded] = heard;
  assert.ok(sounded !== undefined && 'round' in sounded);
  return sounded.round.request;
}

test('a client is told to ask, makes its call again with the answer, and it is made', () => {
  const scene = new ApprovalsScene({ reachable: false });
  const id = requestOf(scene.seek(soughtFor(), ASKED));
  assert.equal(scene.desk.pending()[0]!.id, id);
  assert.equal(takenBy(scene.seek(soughtFor(), back(id, 'once'))), 'made');
  assert.deepEqual(scene.desk.pending(), []);
  assert.equal(takenBy(scene.seek(soughtFor(), back(id, 'once'))), 'SP6006', 'the same answer again');
});

test('an answer that is missing, or no clear yes, refuses', () => {
  for (const decision of [undefined, 'deny', 'always']) {
    const scene = new ApprovalsScene();
    const id = requestOf(scene.seek(soughtFor(), ASKED));
    assert.equal(takenBy(scene.seek(soughtFor(), back(id, decision))), 'SP6001', decision);
    assert.deepEqual(scene.desk.pending(), []);
  }
});

test('an answer counts for the call it was asked about', () => {
  const { principal } = soughtFor().call;
  const others = [
    soughtFor({ path: 'b' }),
    soughtFor(undefined, { principal: { ...principal, subject: 'eve' } }),
    soughtFor(undefined, { principal: { ...principal, clientId: 'x' } }),
    soughtFor(undefined, { resource: { backend: 'x', type: 'tool', id: 'read' } }),
  ];
  for (const other of others) {
    const scene = new ApprovalsScene();
    const id = requestOf(scene.seek(soughtFor(), ASKED));
    assert.equal(takenBy(scene.seek(other, back(id, 'once'))), 'SP6006');
    assert.equal(scene.events('approval_refused')[0]?.why, 'an answer about another call');
    assert.equal(takenBy(scene.seek(soughtFor(), back(id, 'once'))), 'made', 'the one asked about');
  }
  const scene = new ApprovalsScene();
  assert.equal(takenBy(scene.seek(soughtFor(), back('NONE', 'once'))), 'SP6006');
});

test('somebody else may answer before the client comes back', () => {
  const scene = new ApprovalsScene();
  const id = requestOf(scene.seek(soughtFor(), ASKED));
  scene.desk.answer(id, answerOf());
  assert.equal(takenBy(scene.seek(soughtFor(), back(id, 'deny'))), 'made', 'the first answer wins');
  const again = requestOf(scene.seek(soughtFor({ path: 'b' }), ASKED));
  scene.desk.answer(again, answerOf({ approved: false }));
  assert.equal(takenBy(scene.seek(soughtFor({ path: 'b' }), back(again, 'once'))), 'SP6001');
});

test('two calls alike are one request, and each answer is good for the call that brings it', () => {
  const scene = new ApprovalsScene();
  const [one, two] = [scene.seek(soughtFor(), ASKED), scene.seek(soughtFor(), ASKED)];
  assert.equal(requestOf(one), requestOf(two));
  const id = requestOf(one);
  assert.equal(takenBy(scene.seek(soughtFor(), back(id, 'once'))), 'made');
  assert.equal(scene.desk.pending().length, 1);
  assert.equal(takenBy(scene.seek(soughtFor(), back(id, 'once'))), 'made');
  assert.equal(scene.desk.pending().length, 0);
  assert.equal(takenBy(scene.seek(soughtFor(), back(id, 'once'))), 'SP6006');
});

test('an answer for the session reaches the calls after it', () => {
  const scene = new ApprovalsScene();
  const id = requestOf(scene.seek(soughtFor(), ASKED));
  assert.equal(takenBy(scene.seek(soughtFor(), back(id, 'session'))), 'made');
  assert.equal(takenBy(scene.seek(soughtFor(), ASKED)), 'made');
});

test('a client that does not come back leaves a request that runs out', () => {
  const scene = new ApprovalsScene({ reachable: false });
  const id = requestOf(scene.seek(soughtFor(), ASKED));
  scene.pass(655_000);
  assert.deepEqual(scene.desk.pending(), []);
  assert.equal(takenBy(scene.seek(soughtFor(), back(id, 'once'))), 'SP6006');
});

test('what is answered elsewhere alone is held, as for a client that cannot ask', () => {
  const scene = new ApprovalsScene();
  scene.profile = 'strict';
  scene.effect = { kind: 'destructive', flags: [], origin: 'operator' };
  const call = scene.seek(soughtFor(), ASKED);
  assert.equal(takenBy(call), 'waits');
  const { id } = scene.desk.pending()[0]!;
  assert.equal(takenBy(scene.seek(soughtFor(), back(id, 'once'))), 'SP6006', 'a state nobody was given');
});
