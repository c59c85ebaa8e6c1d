import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { EventLog } from '../../../lib/http/event-log.ts';
import { EventStream } from '../../../lib/http/event-stream.ts';
import { Pulse } from '../../../lib/http/pulse.ts';
import { SseConnection } from '../../../lib/http/sse.ts';
import { ByteBudget } from '../../../lib/wire/budget.ts';
import { Payload } from '../../../lib/wire/payload.ts';
import { notificationLine } from '../../../lib/wire/writer.ts';
import { FakeClock } from '../../support/clock.ts';

/** A response whose reader takes nothing until it is told to. */
class FakeResponse extends EventEmitter {
  text = '';
  writable = true;
  writableLength = 0;
  writableNeedDrain = false;
  destroyed = false;
  readonly socket = { bytesWritten: 0 };

  writeHead(): void {}
  cork(): void {}
  uncork(): void {}

  write(bytes: Buffer): void {
    this.text += bytes.toString();
    this.writableLength += bytes.length;
    this.socket.bytesWritten += bytes.length;
  }

  take(bytes = this.writableLength): void {
    this.writableLength -= bytes;
  }

  end(): void {
    this.writable = false;
  }

  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

const line = (text: string) => notificationLine('notifications/x', Payload.of(JSON.stringify({ text })));

function connect(pulse: Pulse): [SseConnection, FakeResponse] {
  const response = new FakeResponse();
  return [new SseConnection(response as never, pulse), response];
}

test('a quiet stream says now and then that it is there, and one whose reader takes nothing is broken off', () => {
  const clock = new FakeClock();
  const pulse = new Pulse(clock);
  const [connection, response] = connect(pulse);
  connection.put(line('one'));
  connection.flush();
  const said = response.text;
  response.take();
  clock.pass(14_000);
  pulse.beat();
  assert.equal(response.text, said);
  clock.pass(2000);
  pulse.beat();
  assert.equal(response.text, `${said}:\n\n`);
  for (let i = 0; i < 4; i++) {
    response.take(1);
    clock.pass(50_000);
    pulse.beat();
  }
  assert.ok(!response.destroyed, 'slow is not stuck');
  clock.pass(61_000);
  pulse.beat();
  clock.pass(61_000);
  pulse.beat();
  assert.ok(response.destroyed);
  assert.ok(!connection.open);
  assert.equal(pulse.size, 0);
});

test('a reader that leaves too much lying gets no more', () => {
  const [connection, response] = connect(new Pulse(new FakeClock()));
  let closed = 0;
  connection.onClose = () => closed++;
  const big = line('x'.repeat(500_000));
  for (let i = 0; i < 10 && connection.open; i++) {
    connection.put(big);
    connection.flush();
  }
  assert.ok(response.destroyed);
  assert.ok(response.text.length > 2_000_000 && response.text.length < 3_000_000, `${response.text.length}`);
  assert.equal(closed, 1);
});

test('all readers together may leave so much lying, and who leaves most of it gets no more', () => {
  const pulse = new Pulse(new FakeClock());
  const [greedy, greedyResponse] = connect(pulse);
  const [modest, modestResponse] = connect(pulse);
  greedy.put(line('x'.repeat(1_000_000)));
  greedy.flush();
  const first = greedyResponse.writableLength;
  assert.equal(pulse.unread.used, first);
  pulse.unread.add(pulse.unread.limit - pulse.unread.used);
  modest.put(line('hello'));
  modest.flush();
  greedy.put(line('more'));
  greedy.flush();
  assert.deepEqual([modestResponse.destroyed, greedyResponse.destroyed], [false, true]);
  modestResponse.take();
  modest.end();
  assert.equal(pulse.unread.used, pulse.unread.limit - first, 'what was theirs is free again');
});

test('a session keeps its last events within its share, and all sessions within theirs', () => {
  const budget = new ByteBudget(3_000_000);
  const [first, second] = [new EventLog(budget), new EventLog(budget)];
  const bytes = Buffer.alloc(300_000);
  for (let number = 1; number <= 5; number++) first.add(number % 2, number, bytes);
  assert.deepEqual(
    [first.after(1, 0), first.after(0, 0)].map((events) => events.map(({ number }) => number)),
    [[3, 5], [4]],
    'the newest megabyte',
  );
  assert.deepEqual(
    first.after(1, 3).map(({ number }) => number),
    [5],
  );
  second.add(0, 1, Buffer.alloc(2_000_000));
  assert.equal(second.size, 1, 'the newest event is kept whatever its size');
  second.add(0, 2, Buffer.alloc(2_500_000));
  assert.equal(second.size, 0, 'unless all of them together have too much');
  for (let number = 1; number <= 2000; number++) second.add(0, number, Buffer.from('x'));
  assert.equal(second.size, 1000);
  first.clear();
  second.clear();
  assert.equal(budget.used, 0);
});

test('a stream goes on where its last connection ended, and has one connection at a time', () => {
  const pulse = new Pulse(new FakeClock());
  const stream = new EventStream(3, 'tag', new EventLog(new ByteBudget(1_000_000)));
  const [first, firstResponse] = connect(pulse);
  stream.put(line('before'));
  stream.resume(first);
  stream.put(line('one'));
  stream.flush();
  assert.match(firstResponse.text, /id: tag-3-1\ndata: .*before.*\n\nevent: message\nid: tag-3-2\ndata: .*one/);
  const [second, secondResponse] = connect(pulse);
  stream.resume(second);
  assert.ok(!first.open);
  stream.put(line('two'));
  stream.flush();
  assert.match(secondResponse.text, /^event: message\nid: tag-3-3\ndata: .*two.*\n\n$/);
  secondResponse.destroy();
  stream.put(line('three'));
  const [third, thirdResponse] = connect(pulse);
  stream.resume(third, 1);
  stream.finish();
  assert.deepEqual(
    [...thirdResponse.text.matchAll(/id: (\S+)/g)].map(([, id]) => id),
    ['tag-3-2', 'tag-3-3', 'tag-3-4'],
  );
  assert.ok(!thirdResponse.writable);
  stream.put(line('too late'));
  assert.doesNotMatch(thirdResponse.text, /too late/);
});
