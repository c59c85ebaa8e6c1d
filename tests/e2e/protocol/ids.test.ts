import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERAS, openFixture } from '../../support/mcp/eras.ts';
import { textOf } from '../../support/mcp/peer.ts';
import { receivedLines } from '../../support/mcp/received.ts';

/** Ids MCP has no use for: not a string, and not an integer a double holds exactly. */
const BAD_IDS = ['null', '1.5', '1.0', '1e2', 'true', '{}', '[1]', '1e400', '9007199254740993', '-9007199254740993'];
const GOOD_IDS = ['0', '-7', '9007199254740991', '""', '"1"', '"ü"', '"a\\"b"', '"\\u0041"'];

for (const era of ERAS) {
  test(`2: the ids 1 and "1" are two requests, and each answer carries its own type (${era})`, async (t) => {
    const gateway = await openFixture(t, era);
    const number = gateway.call('slow', { ms: 60 }, 1);
    const text = gateway.call('slow', { ms: 30 }, '1');
    assert.equal(textOf(await text), 'slept 30');
    assert.equal(textOf(await number), 'slept 60');
    const ids = gateway.messages.filter(({ id }) => id === 1 || id === '1').map(({ id }) => id);
    assert.deepEqual(ids.slice(-2), ['1', 1]);
  });

  test(`10: an id that is null, fractional, boolean, an object or not exact is refused and nothing reaches a backend (${era})`, async (t) => {
    const gateway = await openFixture(t, era);
    const from = gateway.lines.length;
    for (const id of BAD_IDS) gateway.send(gateway.callLine(id, 'echo', '{"text":"refused"}'));
    const received = await receivedLines(gateway);
    const answers = gateway.messages.slice(from, -1);
    assert.deepEqual(
      answers.map(({ error }) => error?.code),
      BAD_IDS.map(() => -32600),
    );
    for (const answer of answers) assert.equal('id' in answer, false, JSON.stringify(answer));
    assert.equal(received.filter((line) => line.includes('refused')).length, 0);
  });

  test(`10: an id that is allowed comes back in the very text it was sent in (${era})`, async (t) => {
    const gateway = await openFixture(t, era);
    await gateway.call('echo', { text: 'the tools are known now' });
    const from = gateway.lines.length;
    for (const id of GOOD_IDS) gateway.send(gateway.callLine(id, 'echo', '{"text":"hi"}'));
    await gateway.when(() => gateway.lines.length === from + GOOD_IDS.length);
    const heads = gateway.lines.slice(from).map((line) => line.slice(0, line.indexOf(',"result"')));
    assert.deepEqual(heads.sort(), GOOD_IDS.map((id) => `{"jsonrpc":"2.0","id":${id}`).sort());
  });

  test(`11: an id in flight cannot be used again, and the first request is not disturbed (${era})`, async (t) => {
    const gateway = await openFixture(t, era);
    for (const id of [7, '7']) {
      const from = gateway.lines.length;
      gateway.send(gateway.callLine(JSON.stringify(id), 'slow', '{"ms":60}'));
      gateway.send(gateway.callLine(JSON.stringify(id), 'echo', '{"text":"second"}'));
      const refused = await gateway.reply(id, from);
      assert.equal(refused.error.code, -32600);
      const first = await gateway.until(({ id: other, result }) => other === id && result !== undefined, from);
      assert.equal(textOf(first), 'slept 60');
    }
    const received = await receivedLines(gateway);
    assert.equal(received.filter((line) => line.includes('second')).length, 0);
    assert.ok(gateway.records.some(({ code }) => code === 'SP8008'));
  });
}

test('10: before 2025-11-25 a refused id is answered with id null', async (t) => {
  const gateway = await openFixture(t, 'legacy', [], { revision: '2025-06-18' });
  gateway.send(gateway.callLine('1.5', 'echo'));
  const answer = await gateway.until(({ error }) => error !== undefined);
  assert.deepEqual([answer.id, answer.error.code], [null, -32600]);
});

test('11: an id may be used again once its request is over (legacy)', async (t) => {
  const gateway = await openFixture(t, 'legacy');
  for (const text of ['first', 'second']) assert.equal(textOf(await gateway.call('echo', { text }, 5)), text);
});
