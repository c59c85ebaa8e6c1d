import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findDecision, valueAtPointer } from '../../../lib/authoring/lookup.ts';
import { isMark, recordedCalls } from '../../../lib/authoring/recorded.ts';
import { Ids, timeOfId } from '../../../lib/model/ids.ts';

const CALL = {
  kind: 'call',
  id: 'A1',
  ts: '2026-11-20T10:00:00.000Z',
  principal: 'ana',
  action: 'tools/call',
  resource: 'files/read',
  decision: 'allow',
  policy: 'p1',
};

const one = (...records: readonly object[]) => recordedCalls([...records] as Record<string, unknown>[]);

test('a call whose arguments were captured whole can be asked again', () => {
  const [call] = one({ ...CALL, args: { path: 'a' } });
  assert.deepEqual(
    [call!.asked?.args, call!.missing, call!.effect, call!.principal],
    [{ path: 'a' }, undefined, 'allow', 'ana'],
  );
  assert.deepEqual([call!.asked?.backend, call!.asked?.id, call!.asked?.type], ['files', 'read', 'tool']);
});

test('one whose arguments were shortened, hashed or masked cannot, and what is left of it is kept', () => {
  const [call] = one({ ...CALL, args: { path: 'a', content: '[900 characters]' }, args_sha256: 'x' });
  assert.deepEqual([call!.asked, call!.missing], [undefined, 'its arguments were not captured whole']);
  assert.deepEqual(call!.shown?.args, { path: 'a', content: '[900 characters]' });
  assert.equal(one({ ...CALL, args_sha256: 'x' })[0]!.shown, undefined);
  assert.match(one({ ...CALL, args: {}, resource: 'files/[masked]' })[0]!.missing!, /masked/);
});

test('no arguments mean none only where the same policy captures some', () => {
  assert.equal(one(CALL)[0]!.missing, 'no arguments were captured');
  const [bare, other] = one(CALL, { ...CALL, id: 'A2', args: { a: 1 } });
  assert.deepEqual([bare!.asked?.args, other!.asked?.args], [{}, { a: 1 }]);
  assert.equal(one(CALL, { ...CALL, policy: 'p2', args: {} })[0]!.missing, 'no arguments were captured');
});

test('what depended on the moment is not asked again', () => {
  for (const [code, rule] of [
    ['SP3031', 'rate_limit'],
    ['SP3007', undefined],
    ['SP3151', undefined],
    ['SP6003', 'policies.baseline.repeated_calls'],
  ]) {
    const [call] = one({ ...CALL, args: {}, decision: 'deny', code, rule });
    assert.equal(call!.missing, 'it depended on what was before it', code);
  }
});

test('what nobody could be asked about was to be approved, and what was observed is allowed', () => {
  assert.equal(one({ ...CALL, args: {}, decision: 'deny', code: 'SP6003' })[0]!.effect, 'require_approval');
  const [seen] = one({ ...CALL, args: {}, would_deny: { code: 'SP3101', rule: 'r' } });
  assert.deepEqual([seen!.effect, seen!.wouldDeny, seen!.code, seen!.rule], ['allow', true, 'SP3101', 'r']);
});

test('lists, questions of servers, outcomes and what never reached policy are no calls', () => {
  assert.deepEqual(
    one(
      { ...CALL, action: 'tools/list' },
      { ...CALL, direction: 'to-client' },
      { ...CALL, kind: 'done' },
      { ...CALL, code: 'SP8020' },
      { ...CALL, resource: 'nothing' },
      { kind: 'event', event: 'doctor' },
    ),
    [],
  );
});

test('a resource is known by its URI alone', () => {
  const [read] = one({ ...CALL, action: 'resources/read', resource: 'files/file:///a/b' });
  assert.deepEqual([read!.asked?.type, read!.asked?.id, read!.asked?.args], ['resource', 'file:///a/b', {}]);
});

test('a mark is told from a text', () => {
  for (const text of ['[redacted]', '[900 characters]', '[12 bytes]', 'key [masked] here'])
    assert.ok(isMark(text), text);
  for (const text of ['', 'redacted', '[x]', '/a/[12]/b']) assert.ok(!isMark(text), text);
});

test('a decision is found by its id or the end of it, and never when two would do', () => {
  const records = [CALL, { ...CALL, id: 'B1' }, { kind: 'done', id: 'A1', outcome: 'ok' }];
  assert.equal(findDecision(records, 'a1')?.done?.outcome, 'ok');
  assert.equal(findDecision(records, 'B1')?.done, undefined);
  assert.equal(findDecision(records, '1'), undefined);
  assert.equal(findDecision(records, 'C1'), undefined);
});

test('a pointer leads to what it names and to nothing else', () => {
  const value = { a: [{ 'b/c': 1, 'd~e': 2 }], constructor: null };
  assert.equal(valueAtPointer(value, '/a/0/b~1c'), 1);
  assert.equal(valueAtPointer(value, '/a/0/d~0e'), 2);
  assert.equal(valueAtPointer(value, ''), value);
  for (const pointer of ['/x', '/a/1', '/a/0/b~1c/d', '/toString', '/constructor/x']) {
    assert.equal(valueAtPointer(value, pointer), undefined, pointer);
  }
});

test('the time of a decision is in its id', () => {
  assert.equal(timeOfId(new Ids().next(1_795_000_000_123)), 1_795_000_000_123);
  assert.equal(timeOfId('SHORT'), undefined);
  assert.equal(timeOfId(`${'!'.repeat(10)}0000000000`), undefined);
});
