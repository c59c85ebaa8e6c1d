import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { drained } from '../../../cli/output/stdout.ts';

/** A stream that hands each chunk on when `release` is called. */
function slowStream(): { stream: Writable; release: () => void; written: string[] } {
  const written: string[] = [];
  let pending: (() => void) | undefined;
  const stream = new Writable({
    write(chunk, _encoding, done) {
      pending = () => {
        written.push(String(chunk));
        done();
      };
    },
  });
  return { stream, release: () => pending?.(), written };
}

test('a few bytes that wait for the system are waited for, though they never fill the buffer', async () => {
  const { stream, release, written } = slowStream();
  stream.write('last words');
  const waiting = drained(stream, 60_000);
  setImmediate(release);
  setImmediate(() => setImmediate(release));
  await waiting;
  assert.equal(written[0], 'last words');
});

test('nobody waits for a stream that is empty, closed or stuck', async () => {
  const empty = slowStream();
  await drained(empty.stream, 60_000);
  const closed = slowStream();
  closed.stream.write('x');
  closed.stream.destroy();
  await drained(closed.stream, 60_000);
  const broken = slowStream();
  broken.stream.on('error', () => {});
  broken.stream.write('x');
  const waiting = drained(broken.stream, 60_000);
  broken.stream.destroy(new Error('EPIPE'));
  await waiting;
  const stuck = slowStream();
  stuck.stream.write('x');
  await drained(stuck.stream, 10);
  assert.deepEqual(stuck.written, []);
});
