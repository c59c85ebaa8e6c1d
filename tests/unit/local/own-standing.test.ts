import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ownProcess } from '../../../backends/local/announced.ts';
import { type OwnSurroundings, ownPeer, ownStanding } from '../../../backends/local/own-standing.ts';
import { marksOf, type ProcessFacts } from '../../../backends/local/process-facts.ts';
import { rememberClient, seenClients } from '../../../backends/local/seen-clients.ts';
import { temporaryFolder } from '../../support/folder.ts';

const facts = (pid: number, more: Partial<ProcessFacts> = {}): ProcessFacts => ({
  pid,
  start: `${pid}0`,
  parent: 1,
  uid: 1000,
  hasTerminal: false,
  name: 'bash',
  isMarked: false,
  agentMark: undefined,
  ...more,
});
const CLIENT = { pid: 70, start: '700' };
const AGENT = facts(70, { name: 'agent' });

const said = (
  { headless = true, ancestors = [facts(90)], own = {} }: Parameters<typeof peerOf>[0] & { headless?: boolean },
  around: Partial<OwnSurroundings> = {},
) => {
  const env = { CI: 'true' };
  const all = { gateways: [], clients: [], env, ownUid: 1000, ...around };
  const standing = ownStanding(peerOf({ ancestors, own }), all, headless);
  return 'refused' in standing ? standing.refused : standing.assurance;
};

function peerOf({ ancestors, own }: { ancestors?: readonly ProcessFacts[]; own?: Partial<ProcessFacts> }) {
  return { facts: facts(99, own), ancestors };
}

test('a job has no terminal and gives beforehand what counts as little as the word of a client', () => {
  assert.equal(said({}), 'in-band');
  assert.equal(said({ own: { hasTerminal: true } }), 'same-user');
  assert.equal(said({ own: { hasTerminal: true } }, { env: {} }), 'same-user');
});

test('without a terminal nobody answers, and nobody who is not in a job gives anything', () => {
  assert.match(said({ headless: false }), /no terminal/);
  for (const env of [{}, { CI: '' }, { CI: 'false' }, { CI: '0' }]) assert.match(said({}, { env }), /no terminal/);
});

test('where any gateway runs, or any client that had one, a job needs a terminal like everybody', () => {
  const gateway = { pid: 80, start: '800', client: undefined };
  assert.match(said({}, { gateways: [gateway] }), /no terminal/);
  assert.match(said({}, { clients: [CLIENT] }), /no terminal/);
});

test('who descends from a client whose gateway has ended agrees to nothing, terminal or not', () => {
  for (const hasTerminal of [true, false]) {
    const child = { ancestors: [facts(90), AGENT], own: { hasTerminal } };
    assert.match(said(child, { clients: [CLIENT] }), /started by agent \(process 70\), a client/);
    assert.match(said(child, { gateways: [{ pid: 80, start: '800', client: CLIENT }] }), /started by agent/);
  }
});

test('a job that was started by a backend, by another user or by nobody knows whom agrees to nothing', () => {
  assert.match(said({ own: { isMarked: true } }), /started by a backend/);
  assert.match(said({ ancestors: [facts(90, { isMarked: true })] }), /started by a backend/);
  assert.match(said({ own: { uid: 7 } }), /another user/);
  const around = { gateways: [], clients: [], env: { CI: 'true' }, ownUid: 1000 };
  assert.deepEqual(ownStanding({ facts: facts(99), ancestors: undefined }, around, true), {
    refused: 'what started it cannot be followed to its end',
  });
  assert.deepEqual(ownStanding(undefined, around, true), { refused: 'it cannot be told what started it' });
});

test('what an agent says of itself is believed', () => {
  for (const [env, refused] of [
    [{ GEMINI_CLI: '1' }, true],
    [{ GEMINI_CLI: '' }, false],
  ] as const) {
    const told = said({ own: { hasTerminal: true, ...marksOf(env) } }, { env });
    if (refused) assert.match(told, /agent, which has set GEMINI_CLI/);
    else assert.equal(told, 'same-user');
  }
});

test('this process is found, with what it descends from', { skip: process.platform === 'win32' }, async () => {
  const peer = await ownPeer();
  assert.equal(peer?.facts.pid, process.pid);
  assert.ok(peer?.ancestors?.some(({ pid }) => pid === process.ppid));
});

test('a client is remembered for as long as it runs', (t) => {
  const dir = temporaryFolder(t);
  assert.deepEqual(seenClients(dir), []);
  rememberClient(dir, ownProcess());
  rememberClient(dir, ownProcess());
  rememberClient(dir, { pid: 1, start: '5' });
  rememberClient(dir, { pid: 999_999_999, start: '5' });
  writeFileSync(join(dir, 'clients', 'something else'), '');
  assert.deepEqual(seenClients(dir), [ownProcess()]);
  assert.deepEqual(readdirSync(join(dir, 'clients')).length, 2);
});

test('a client is found among any number that have ended', (t) => {
  const dir = temporaryFolder(t);
  rememberClient(dir, ownProcess());
  for (let n = 0; n < 3000; n++) writeFileSync(join(dir, 'clients', `${900_000_000 + n}-5`), '');
  assert.deepEqual(seenClients(dir), [ownProcess()]);
  assert.equal(readdirSync(join(dir, 'clients')).length, 1, 'the others are forgotten');
});
