import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { textOf } from '../../support/mcp/peer.ts';
import { sallyport } from '../../support/program/command.ts';
import { wrapFixture } from '../../support/program/gateway.ts';
import { HAS_TMUX, Terminal } from '../../support/program/tmux.ts';

const ASKING = `version: 1
security: { registry: { pin: off } }
approvals: { timeout: 50s }
budgets: [{ name: daily, limit: 40, unit: calls, window: 1d }]
policies:
  effects: { "fixture/echo": [EFFECT], "fixture/raw": [read] }
  tools:
    "fixture/echo": { action: require_approval }
    "fixture/fail": { action: deny }
`;
const NEEDED = { skip: (!HAS_TMUX || process.platform !== 'linux') && 'tmux is not installed' };

async function watched(t: TestContext, effect = 'write', terminal = {}) {
  const home = temporaryFolder(t);
  const config = ASKING.replace('EFFECT', effect);
  const gateway = wrapFixture(t, [], { home, config, flags: ['--name', 'fixture'] });
  await gateway.initialize();
  const top = new Terminal(t, ['top'], home, terminal);
  await top.shows(/1 gateway .*[\s\S]*BACKENDS[\s\S]*fixture/);
  return { home, gateway, top };
}

test('calls, decisions, backends and budgets are seen as they happen', NEEDED, async (t) => {
  const { gateway, top } = await watched(t);
  await gateway.call('raw', {});
  await gateway.call('fail', {});
  const screen = await top.shows(/deny[\s\S]*allow/);
  assert.match(screen, /allow\s+\d[\d.]* ms\s+fixture\/raw/);
  assert.match(screen, /deny\s+SP3\d{3}\s+fixture\/fail/);
  assert.match(screen, /1 denied/);
  assert.match(await top.shows(/BUDGETS/), /daily\s+\d+\/40 calls/);
  assert.match(await top.shows(/fixture\s+ready/), /0 in flight {2}0 restarts {2}wrap \d+/);
});

test('a call whose row says all of it is approved with one key, and made', NEEDED, async (t) => {
  const { gateway, top } = await watched(t);
  const answer = gateway.call('echo', { text: 'hi' });
  await top.shows(/WAITING FOR YOU \(1\)[\s\S]*fixture\/echo \[write\]/);
  top.keys('j');
  await top.shows(/^> /m);
  top.keys('a');
  await top.shows(/Approved \w+ \(same-user\)/);
  assert.equal(textOf(await answer), 'hi');
  await top.shows(/WAITING FOR YOU \(0\)/);
});

test('a call that needs a person waits for an open terminal to find its gateway', NEEDED, async (t) => {
  const home = temporaryFolder(t);
  const top = new Terminal(t, ['top'], home);
  await top.shows(/0 gateways/);
  const config = ASKING.replace('EFFECT', 'write');
  const gateway = wrapFixture(t, [], { home, config, flags: ['--name', 'fixture'] });
  await gateway.initialize();
  const answer = gateway.call('echo', { text: 'first' });
  await top.shows(/WAITING FOR YOU \(1\)[\s\S]*fixture\/echo \[write\]/);
  top.keys('j');
  await top.shows(/^> /m);
  top.keys('a');
  assert.equal(textOf(await answer), 'first');
});

test('a destructive call has to be read before it can be approved, and can be denied', NEEDED, async (t) => {
  const { gateway, top } = await watched(t, 'destructive');
  const answer = gateway.call('echo', { text: 'drop everything' });
  await top.shows(/\[destructive\]/);
  top.keys('j', 'a');
  const read = await top.shows(/Read it whole first/);
  assert.match(read, /drop everything/);
  assert.match(read, /sha256/);
  assert.equal(
    gateway.records.some(({ event }) => event === 'approval_answered'),
    false,
  );
  top.keys('a');
  await top.shows(/Approved/);
  assert.equal(textOf(await answer), 'drop everything');

  const second = gateway.call('echo', { text: 'again' });
  await top.shows(/WAITING FOR YOU \(1\)/);
  top.keys('j', 'd');
  await top.shows(/Denied/);
  assert.equal((await second).result._meta['dev.sallyport/denial'].code, 'SP6001');
});

test('a call too long for the screen has to be scrolled to its end', NEEDED, async (t) => {
  const { gateway, top } = await watched(t, 'write', { columns: 60, rows: 12 });
  const answer = gateway.call('echo', { text: 'words '.repeat(120) });
  await top.shows(/WAITING FOR YOU \(1\)/);
  top.keys('j', 'Enter', 'a');
  await top.shows(/Read it to its end first/);
  top.keys(...Array.from({ length: 40 }, () => 'j'), 'a');
  await top.shows(/Approved/);
  assert.match(textOf(await answer), /words/);
});

test('of a call that fills whole rows every character is shown', NEEDED, async (t) => {
  const { gateway, top } = await watched(t, 'write', { columns: 60, rows: 20 });
  top.keys('Enter');
  await top.shows(/Nothing waits/);
  const text = Array.from({ length: 40 }, (_, at) => `w${at}`).join(' ');
  const answer = gateway.call('echo', { text });
  await top.shows(/WAITING FOR YOU \(1\)[\s\S]*j\/k choose/);
  top.keys('j', 'Enter');
  const screen = await top.shows(/w39/);
  // Lines are broken at the edge, so that put together they are the text again.
  assert.ok(screen.replaceAll('\n', '').includes(text), screen);
  top.keys('a');
  assert.equal(textOf(await answer), text);
});

test('what was pasted answers nothing, and no key answers what was not chosen', NEEDED, async (t) => {
  const { gateway, top } = await watched(t);
  const answer = gateway.call('echo', { text: 'hi' });
  await top.shows(/WAITING FOR YOU \(1\)/);
  top.keys('a');
  await top.shows(/Nothing was chosen/);
  top.keys('-H', '1b', '5b', '32', '30', '30', '7e', '61', '61', '1b', '5b', '32', '30', '31', '7e');
  top.keys('/');
  await top.shows(/filter: _/);
  assert.equal(
    gateway.records.some(({ event }) => event === 'approval_answered'),
    false,
  );
  top.keys('Escape');
  await top.shows(/j\/k choose/);
  top.keys('d');
  await top.shows(/Denied/);
  await answer;
});

test('a filter leaves what matches', NEEDED, async (t) => {
  const { gateway, top } = await watched(t);
  await gateway.call('raw', {});
  await gateway.call('fail', {});
  await top.shows(/fixture\/raw/);
  top.keys('/', 'f', 'a', 'i', 'l', 'Enter');
  const screen = await top.shows(/\[filter: fail\]/);
  assert.doesNotMatch(screen, /fixture\/raw/);
  assert.match(screen, /fixture\/fail/);
  top.keys('Escape');
  await top.shows(/fixture\/raw/);
});

for (const [what, leave, code] of [
  ['q', (top: Terminal) => top.keys('q'), 0],
  ['Ctrl-C', (top: Terminal) => top.keys('C-c'), 130],
  ['SIGTERM', (top: Terminal) => process.kill(childOf(top.pid), 'SIGTERM'), 143],
] as const) {
  test(`${what} gives the terminal back`, NEEDED, async (t) => {
    const top = new Terminal(t, ['top'], temporaryFolder(t));
    await top.shows(/0 gateways/);
    assert.equal(top.isAlternate, true);
    leave(top);
    const screen = await top.shows(/\[ended \d+\]/);
    assert.match(screen, new RegExp(`^\\[ended ${code}\\]`, 'm'));
    assert.equal(top.isAlternate, false);
  });
}

test('a terminal that is closed ends it', NEEDED, async (t) => {
  const top = new Terminal(t, ['top'], temporaryFolder(t));
  await top.shows(/0 gateways/);
  const pid = childOf(top.pid);
  top.hangUp();
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
});

test('it fits into small terminals, and into others when they change', NEEDED, async (t) => {
  const { gateway, top } = await watched(t, 'write', { columns: 40, rows: 12 });
  await gateway.call('raw', {});
  const small = await top.shows(/CALLS\n.*allow/);
  assert.ok(small.split('\n').every((line) => line.length <= 40));
  top.resize(120, 40);
  await top.shows(/a approve {2}d deny/);
  top.resize(10, 4);
  await top.shows(/too small/);
  top.resize(80, 24);
  await top.shows(/CALLS\n.*fixture\/raw/);
});

test('NO_COLOR is heeded, and colours are there without it', NEEDED, async (t) => {
  const plain = new Terminal(t, ['top'], temporaryFolder(t), { env: { NO_COLOR: '1' } });
  await plain.shows(/0 gateways/);
  assert.equal(plain.coloured.includes('\u001b['), false);
  const coloured = new Terminal(t, ['top'], temporaryFolder(t), { env: { NO_COLOR: '' } });
  await coloured.shows(/0 gateways/);
  assert.ok(coloured.coloured.includes('\u001b['));
});

test('gateways that come and go are followed', NEEDED, async (t) => {
  const { home, gateway, top } = await watched(t);
  const second = wrapFixture(t, [], { home, flags: ['--name', 'other'] });
  await second.initialize();
  await top.shows(/2 gateways/);
  await gateway.end();
  await top.shows(/1 gateway /);
  assert.match(top.screen, /other/);
  assert.equal(readdirSync(join(home, 'state', 'sallyport', 'run')).length, 3);
});

test('without a terminal it says what to use instead', async (t) => {
  const { code, stderr } = await sallyport(['top'], { home: temporaryFolder(t) });
  assert.equal(code, 2);
  assert.match(stderr, /top needs a terminal; `sallyport approvals list --json`/);
});

/** The first child of a process: tmux runs the command by a shell. */
function childOf(pid: number): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0]);
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
