import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Recorded, Turn } from '../../../lib/gateway/turn.ts';
import { Payload } from '../../../lib/wire/payload.ts';
import { FrameWriter, notificationLine, requestLine } from '../../../lib/wire/writer.ts';
import { AuditProbe } from '../../support/audit/audit-probe.ts';
import { Collector } from '../../support/collect.ts';
import { Scene } from '../../support/engine/exchange-scene.ts';
import { policyOf, replyOf } from '../../support/policy/calls.ts';

function parts(writes = true) {
  const audit = new AuditProbe();
  audit.writes = writes;
  const stream = new Collector();
  return { audit, stream, out: new FrameWriter(stream), turn: new Turn(audit) };
}

const line = (name: string) => notificationLine(name, undefined);
const names = (stream: Collector) => stream.lines.map((text) => (JSON.parse(text) as { method: string }).method);

test('frames leave when the outermost turn ends, in the order they were staged', () => {
  const { stream, out, turn } = parts();
  turn.run(() => {
    turn.stage(out, line('one'));
    turn.run(() => turn.stage(out, line('two')));
    turn.stage(out, line('three'));
    assert.deepEqual(stream.lines, []);
  });
  assert.deepEqual(names(stream), ['one', 'two', 'three']);
});

test('a frame whose record cannot be written does not leave, and its owner may stage another', () => {
  const { stream, out, turn } = parts(false);
  const owner: Recorded = { mayPassUnrecorded: false, unrecorded: () => turn.stage(out, line('instead')) };
  turn.run(() => {
    turn.stage(out, line('secret'), owner);
    turn.stage(out, line('free'));
    turn.stage(out, line('tolerated'), { mayPassUnrecorded: true, unrecorded: () => assert.fail() });
  });
  assert.deepEqual(names(stream), ['free', 'tolerated', 'instead']);
});

test('frames leave although the work that staged them threw afterwards', () => {
  const { stream, out, turn } = parts();
  assert.throws(() =>
    turn.run(() => {
      turn.stage(out, line('one'));
      throw new Error('later');
    }),
  );
  assert.deepEqual(names(stream), ['one']);
});

test('a call that cannot be recorded does not reach its backend, and is answered once', () => {
  for (const frames of [1, 2, 3]) {
    const scene = new Scene({ policy: policyOf([]), frames });
    scene.audit.writes = false;
    scene.turn.run(() => scene.exchange.run());
    assert.equal(scene.asked, false);
    assert.equal(scene.toAsker.lines.length, 1, `${frames} frames`);
    assert.match(scene.toAsker.lines[0]!, /SP7001.*the call was not made/);
  }
});

test('an answer that cannot be recorded is withheld, and it is said that the call ran', () => {
  const scene = new Scene({ policy: policyOf([]) });
  scene.turn.run(() => scene.exchange.run());
  assert.equal(scene.asked, true);
  scene.audit.writes = false;
  scene.answer(replyOf({ content: [{ type: 'text', text: 'hidden' }] }));
  assert.equal(scene.toAsker.lines.length, 1);
  assert.match(scene.toAsker.lines[0]!, /SP7001.*the call ran, but its result was withheld; do not repeat it/);
  assert.doesNotMatch(scene.toAsker.lines[0]!, /hidden/);
});

test('a call that is cancelled before it could be recorded is not answered', () => {
  const scene = new Scene({ policy: policyOf([]) });
  scene.audit.writes = false;
  scene.turn.run(() => {
    scene.exchange.run();
    scene.exchange.cancel(undefined);
  });
  assert.deepEqual([scene.asked, scene.toAsker.lines.length, scene.dismissed], [false, 0, 1]);
});

test('small frames of one turn leave in one write, big ones as they lie', () => {
  const { turn, stream, out } = parts();
  const big = Payload.of(JSON.stringify({ text: 'x'.repeat(50_000) }));
  turn.run(() => {
    turn.stage(out, line('before'));
    turn.stage(out, requestLine(1, 'big', big));
    turn.stage(out, line('after'));
  });
  assert.deepEqual(names(stream), ['before', 'big', 'after']);
  assert.deepEqual(JSON.parse(stream.lines[1]!), { jsonrpc: '2.0', id: 1, method: 'big', params: big.json() });
});
