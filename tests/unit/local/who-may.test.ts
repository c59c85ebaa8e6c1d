import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProcessFacts } from '../../../backends/local/process-facts.ts';
import { standingOf } from '../../../backends/local/who-may.ts';

const USER = 1000;

const facts = (pid: number, more: Partial<ProcessFacts> = {}): ProcessFacts => ({
  pid,
  start: `${pid}0`,
  parent: 1,
  uid: USER,
  hasTerminal: true,
  name: 'bash',
  isMarked: false,
  agentMark: undefined,
  ...more,
});
const INIT = facts(1, { uid: 0, name: 'systemd', hasTerminal: false });
const CLIENT = { pid: 70, start: '700' };
const GATEWAY = { pid: 80, start: '800', client: CLIENT };

const standing = (own: Partial<ProcessFacts>, ancestors: readonly ProcessFacts[] | undefined = [facts(90), INIT]) =>
  standingOf({ facts: facts(99, own), ancestors }, [GATEWAY], USER, []);
const refusal = (said: ReturnType<typeof standing>) => ('refused' in said ? said.refused : said.assurance);

test('a person in a terminal of their own may answer, and root beside them counts for more', () => {
  assert.deepEqual(standing({}), { assurance: 'same-user' });
  assert.deepEqual(standing({ uid: 0 }), { assurance: 'os-auth' });
  assert.deepEqual(standingOf({ facts: facts(99, { uid: 0 }), ancestors: [] }, [], 0, []), { assurance: 'same-user' });
});

test('who descends from a client may not answer, however far down, and not as root either', () => {
  const client = facts(70, { name: 'claude' });
  for (const ancestors of [[client], [facts(91), facts(92), client, INIT]]) {
    assert.match(refusal(standing({}, ancestors)), /started by claude \(process 70\), a client/);
    assert.match(refusal(standing({ uid: 0 }, ancestors)), /started by claude/);
  }
  assert.match(refusal(standing({ pid: 70, start: '700', name: 'claude' })), /started by claude/);
});

test('a process that was given the number of a client that ended is not that client', () => {
  assert.deepEqual(standing({}, [facts(70, { start: '701' })]), { assurance: 'same-user' });
});

test('who descends from a gateway or carries the mark of a backend may not answer', () => {
  assert.match(refusal(standing({}, [facts(80)])), /started by a gateway/);
  assert.match(refusal(standing({ isMarked: true })), /started by a backend/);
  assert.match(refusal(standing({}, [facts(95, { isMarked: true }), INIT])), /started by a backend/);
});

test('without a terminal, of another user, of two users or of unknown descent: nobody', () => {
  assert.match(refusal(standing({ hasTerminal: false })), /no terminal/);
  assert.match(refusal(standing({ uid: 1001 })), /run by another user/);
  assert.match(refusal(standing({ uid: undefined })), /acts for another user/);
  assert.match(refusal(standingOf({ facts: facts(99), ancestors: undefined }, [], USER, [])), /cannot be followed/);
});

test('what starts everybody is no client: a gateway it started says nothing of others', () => {
  const manager = facts(60, { name: 'systemd' });
  const gateways = [{ pid: 80, start: '800', client: { pid: 60, start: '600' } }];
  assert.deepEqual(standingOf({ facts: facts(99), ancestors: [manager, INIT] }, gateways, USER, []), {
    assurance: 'same-user',
  });
  const first = [{ pid: 80, start: '800', client: { pid: 1, start: '' } }];
  assert.deepEqual(standingOf({ facts: facts(99), ancestors: [INIT] }, first, USER, []), { assurance: 'same-user' });
});

test('what an agent says of itself is believed', () => {
  assert.match(refusal(standing({ agentMark: 'CLAUDECODE' })), /started by an agent, which has set CLAUDECODE/);
});
