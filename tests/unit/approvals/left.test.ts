import assert from 'node:assert/strict';
import { readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openApprovalFiles } from '../../../backends/approvals/approval-files.ts';
import { LeftRequests } from '../../../lib/approvals/left-requests.ts';
import {
  ApprovalsScene,
  answerOf,
  soughtFor,
  takenBy,
  USUAL_APPROVALS,
} from '../../support/approvals/approvals-scene.ts';
import { temporaryFolder } from '../../support/folder.ts';

const SILENT = { write: () => {} };

/** A request of a gateway that has ended, and somebody who looks at what was left. */
function left(t: TestContext, settings = USUAL_APPROVALS) {
  const dir = temporaryFolder(t);
  const before = new ApprovalsScene(openApprovalFiles(dir, SILENT));
  before.settings = settings;
  before.seek();
  const { id, digest } = before.desk.pending()[0]!;
  const folder = join(dir, 'approvals');
  const name = readdirSync(folder).find((one) => one.endsWith('.pending'))!;
  renameSync(join(folder, name), join(folder, `${id}.4194305-1.pending`));
  const told: string[] = [];
  const ground = {
    clock: before.clock,
    ...openApprovalFiles(dir, SILENT),
    tell: (event: string) => void told.push(event),
  };
  const looking = (recorded = true) => new LeftRequests({ ...ground, recorded: () => recorded });
  const files = (end: string) => readdirSync(folder).filter((one) => one.endsWith(end));
  const next = (revision = 'test') =>
    new ApprovalsScene({ ...openApprovalFiles(dir, SILENT), clock: before.clock, revision });
  return { id, digest, clock: before.clock, looking, told, files, next };
}

test('what was left is listed with no call that waits, and for no session', (t) => {
  const { id, looking, files } = left(t);
  const [pending, ...more] = looking().pending();
  assert.deepEqual([pending?.id, pending?.calls, pending?.scopes, more], [id, 0, ['once', 'time'], []]);
  assert.equal(files('.pending').length, 1, 'looking takes nothing');
});

test('an agreement is one call of the next gateway with the same policy, and of no other', (t) => {
  const { id, digest, looking, told, files, next } = left(t);
  assert.equal(looking().answer(id, digest, answerOf()), undefined);
  assert.deepEqual([files('.pending').length, files('.grant').length], [0, 1]);
  assert.deepEqual(told, ['approval_answered', 'approval_granted']);
  assert.equal(looking().answer(id, digest, answerOf())?.code, 'SP6006', 'it was answered');
  const gateway = next();
  assert.equal(takenBy(gateway.seek(soughtFor({ path: 'b' }))), 'waits', 'other arguments');
  assert.equal(takenBy(gateway.seek()), 'made');
  assert.equal(takenBy(gateway.seek()), 'waits', 'and once');
});

test('under another policy an agreement is worth nothing', (t) => {
  const { id, digest, looking, next } = left(t);
  looking().answer(id, digest, answerOf());
  const gateway = next('next');
  assert.equal(takenBy(gateway.seek(soughtFor(undefined, {}, 'next'))), 'waits');
  assert.equal(gateway.events('approval_refused')[0]?.why, 'other policy');
});

test('an agreement waits as long as the gateway would have let it', (t) => {
  const { id, digest, clock, looking, next } = left(t, { ...USUAL_APPROVALS, grantTtlMs: 1000 });
  looking().answer(id, digest, answerOf());
  clock.pass(1000);
  assert.equal(takenBy(next().seek()), 'waits');
});

test('the terms it was asked under say who may answer', (t) => {
  const { id, digest, looking, told, files } = left(t, { ...USUAL_APPROVALS, approvers: ['petra'] });
  assert.equal(looking().answer(id, digest, answerOf())?.code, 'SP6007');
  assert.equal(looking().answer(id, digest, answerOf({ by: 'petra', scope: 'session' }))?.code, 'SP6007');
  assert.deepEqual([files('.pending').length, files('.grant').length], [1, 0]);
  assert.deepEqual(told, ['approval_refused', 'approval_refused']);
  assert.equal(looking().answer(id, digest, answerOf({ by: 'petra' })), undefined);
});

test('who denies takes the request away and makes nothing', (t) => {
  const { id, digest, looking, files } = left(t);
  assert.equal(looking().answer(id, digest, answerOf({ approved: false })), undefined);
  assert.deepEqual([files('.pending').length, files('.grant').length], [0, 0]);
});

test('what the log could not say before is not agreed to', (t) => {
  const { id, digest, looking, files } = left(t);
  assert.equal(looking(false).answer(id, digest, answerOf())?.code, 'SP7001');
  const given = { resource: 'files/read', digest: undefined, ttlMs: 1000, by: 'ana', why: 'x' };
  const said = looking(false).give({ ...given, assurance: 'same-user' }, 'test', USUAL_APPROVALS);
  assert.ok('refused' in said && said.refused.code === 'SP7001');
  assert.deepEqual(files('.grant'), []);
});

test('what was taken over meanwhile, and what has run out, is not there', (t) => {
  const { id, digest, looking, next } = left(t);
  next();
  assert.deepEqual(looking().pending(), [], 'a gateway has it');
  assert.equal(looking().answer(id, digest, answerOf())?.code, 'SP6006');
  const late = left(t);
  late.clock.pass(700_000);
  assert.deepEqual(late.looking().pending(), []);
  assert.equal(late.looking().answer(late.id, late.digest, answerOf())?.code, 'SP6006');
});

test('an answer is about what was shown, and not about another request of the same name', (t) => {
  const { id, looking, files } = left(t);
  assert.equal(looking().answer(id, '0'.repeat(64), answerOf())?.code, 'SP6006');
  assert.deepEqual([files('.pending').length, files('.grant').length], [1, 0]);
});

test('a grant given unasked is for the policy it names, and lasts for a day at most', (t) => {
  const { looking, next, files } = left(t);
  const given = { resource: 'files/read', digest: undefined, by: 'ana', why: 'x', assurance: 'in-band' } as const;
  const give = (ttlMs: number, policy: string) => looking().give({ ...given, ttlMs }, policy, USUAL_APPROVALS);
  assert.ok('refused' in give(25 * 3_600_000, 'test'));
  assert.ok('grant' in give(1000, 'next'));
  assert.equal(takenBy(next().seek(soughtFor({ path: 'c' }))), 'waits');
  assert.deepEqual(files('.grant'), [], 'and is taken away');
  assert.ok('grant' in give(1000, 'test'));
  assert.equal(takenBy(next().seek(soughtFor({ path: 'c' }))), 'made');
});
