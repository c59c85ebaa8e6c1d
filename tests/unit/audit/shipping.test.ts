import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { holdLog } from '../../../backends/shipping/hold.ts';
import { shippedRecord } from '../../../lib/audit/export/form.ts';
import { segmentName } from '../../../lib/audit/files.ts';
import { backoffMs } from '../../../lib/audit/shipping/backoff.ts';
import { placeCursor, readCursor } from '../../../lib/audit/shipping/cursor.ts';
import { Shipper } from '../../../lib/audit/shipping/shipper.ts';
import type { Batch, Receipt } from '../../../lib/model/shipping.ts';
import { endWith, temporaryFolder } from '../../support/folder.ts';

/** Process numbers end far below this one. */
const NOBODY = 2 ** 30;
const LOG = segmentName(NOBODY, 1, 1).replace('.jsonl', '');

function lines(from: number, to: number): string {
  let text = '';
  for (let seq = from; seq <= to; seq++)
    text += `{"v":1,"seq":${seq},"ts":"2026-11-21T06:00:00.000Z","kind":"event","event":"counted","i":${seq}}\n`;
  return text;
}

/** A folder with the log of a process that has ended, and what ships it. */
function scene(t: TestContext, text: string, answer: (batch: Batch) => Receipt | undefined = () => undefined) {
  const dir = temporaryFolder(t);
  const file = join(dir, `${LOG}.jsonl`);
  writeFileSync(file, text);
  const folder = join(dir, 'shipping', 'webhook');
  const cursor = join(folder, `${LOG}.cursor`);
  const sent: Batch[] = [];
  const told: { event: string; fields: Record<string, unknown> }[] = [];
  const waits: number[] = [];
  let heard = () => {};
  const seqs = () => sent.flatMap(({ records }) => records.map(({ seq }) => seq));
  const ship = () => {
    const shipper = new Shipper({
      dirs: [dir],
      receiver: {
        name: 'webhook',
        send: async (batch) => {
          const receipt = answer(batch) ?? { kind: 'taken' };
          if (receipt.kind === 'taken') sent.push(batch);
          setImmediate(() => heard());
          return receipt;
        },
        reach: async () => '',
        close: () => {},
      },
      format: 'native',
      form: (line, seq, log) => shippedRecord('native', line, seq, log),
      hold: holdLog,
      writerOf: () => 'nobody',
      backoff: (failures, afterMs) => {
        waits.push(failures, afterMs ?? 0);
        return 1;
      },
      tell: (event, fields) => {
        told.push({ event, fields });
        setImmediate(() => heard());
      },
    });
    endWith(t, () => shipper.close(0));
    return shipper;
  };
  const until = async (holds: () => boolean) => {
    // A shipper that rests keeps no process alive.
    const alive = setInterval(() => {}, 1000);
    endWith(t, async () => clearInterval(alive));
    while (!holds()) {
      await new Promise<void>((resolve) => {
        heard = resolve;
      });
    }
  };
  return { dir, file, folder, cursor, sent, told, waits, seqs, ship, until };
}

const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

test('a log a dead process left is sent in batches, in order, and only once', async (t) => {
  const { ship, sent, seqs } = scene(t, lines(1, 450));
  await ship().close(30_000);
  assert.deepEqual(seqs(), upTo(450));
  assert.deepEqual(
    sent.map(({ first, last }) => [first, last]),
    [
      [1, 200],
      [201, 400],
      [401, 450],
    ],
  );
  await ship().close(30_000);
  assert.equal(sent.length, 3);
});

test('what is sent are the bytes of the log', async (t) => {
  const { ship, sent, file } = scene(t, lines(1, 3));
  await ship().close(30_000);
  assert.equal(sent[0]!.records.map(({ text }) => `${text}\n`).join(''), readFileSync(file, 'utf8'));
});

test('a collector that is down is told once, is asked again, and gets everything when it is back', async (t) => {
  let failures = 5;
  const answer = (): Receipt | undefined =>
    failures-- > 0 ? { kind: 'later', why: 'answered HTTP 503', afterMs: 7 } : undefined;
  const { ship, told, seqs, waits, until } = scene(t, lines(1, 250), answer);
  const shipper = ship();
  await until(() => told.some(({ event }) => event === 'shipping_recovered') && seqs().length === 250);
  await shipper.close(30_000);
  assert.deepEqual(
    told.map(({ event }) => event),
    ['shipping_behind', 'shipping_recovered'],
  );
  assert.equal(told[0]!.fields.destination, 'webhook');
  assert.deepEqual(waits, [1, 7, 2, 7, 3, 7, 4, 7, 5, 7]);
  assert.deepEqual(seqs(), upTo(250));
});

test('a record nobody takes is found, set aside and told, and those around it are sent', async (t) => {
  const answer = ({ first, last }: Batch): Receipt | undefined =>
    first <= 77 && 77 <= last ? { kind: 'refused', why: 'answered HTTP 400' } : undefined;
  const { ship, told, seqs, folder } = scene(t, lines(1, 200), answer);
  await ship().close(30_000);
  assert.deepEqual(
    seqs(),
    upTo(200).filter((seq) => seq !== 77),
  );
  assert.deepEqual(
    told.map(({ event, fields }) => [event, fields.seq]),
    [['shipping_set_aside', 77]],
  );
  const letters = readFileSync(join(folder, 'dead-letters.jsonl'), 'utf8').trim().split('\n');
  assert.equal(letters.length, 1);
  assert.equal(JSON.parse(JSON.parse(letters[0]!).record).seq, 77);
});

test('a receiver that refuses everything is not given up on record by record', async (t) => {
  const { ship, told, until } = scene(t, lines(1, 100), () => ({ kind: 'refused', why: 'answered HTTP 400' }));
  const shipper = ship();
  await until(() => told.some(({ event }) => event === 'shipping_behind'));
  await shipper.close(30_000);
  assert.equal(told.filter(({ event }) => event === 'shipping_set_aside').length, 20);
});

test('a line that is no record is set aside, and none is lost around it', async (t) => {
  const { ship, told, seqs } = scene(t, `${lines(1, 2)}not json\n{"v":1,"seq":3,"broken\n${lines(4, 5)}`);
  await ship().close(30_000);
  assert.deepEqual(seqs(), [1, 2, 4, 5]);
  assert.deepEqual(
    told.map(({ event }) => event),
    ['shipping_set_aside', 'shipping_set_aside'],
  );
});

test('a collector that took a part says so, and the batch is kept', async (t) => {
  const { ship, told, folder } = scene(t, lines(1, 3), () => ({ kind: 'partly', why: '1 were rejected' }));
  await ship().close(30_000);
  assert.deepEqual(
    told.map(({ event, fields }) => [event, fields.count]),
    [['shipping_set_aside', 3]],
  );
  assert.equal(readFileSync(join(folder, 'dead-letters.jsonl'), 'utf8').trim().split('\n').length, 3);
});

test('a cursor that was altered, cut or emptied does not count, and the log is sent from its beginning', async (t) => {
  const { ship, told, seqs, sent, cursor } = scene(t, lines(1, 10));
  await ship().close(30_000);
  const whole = readFileSync(cursor, 'utf8');
  for (const [index, bad] of ['', whole.slice(0, -5), whole.replace('"seq":10', '"seq":99'), 'x y\n'].entries()) {
    writeFileSync(cursor, bad);
    sent.length = 0;
    await ship().close(30_000);
    assert.deepEqual(seqs(), upTo(10), JSON.stringify(bad));
    assert.equal(told.length, index + 1);
    assert.equal(told.at(-1)!.event, 'shipping_cursor_lost');
  }
});

test('where a cursor cannot be kept, records leave all the same and it is told once', async (t) => {
  const { ship, told, seqs, cursor } = scene(t, lines(1, 450));
  // Nothing can be renamed onto a folder that holds something.
  mkdirSync(join(cursor, 'in the way'), { recursive: true });
  await ship().close(30_000);
  assert.deepEqual(seqs(), upTo(450));
  assert.deepEqual(
    told.map(({ event }) => event),
    ['shipping_cursor_lost', 'shipping_cursor_failed'],
  );
  rmSync(cursor, { recursive: true });
});

test('records that are missing are told', async (t) => {
  const { ship, told, seqs, file } = scene(t, lines(1, 5));
  await ship().close(30_000);
  writeFileSync(file, `${lines(1, 5)}${lines(8, 9)}`);
  await ship().close(30_000);
  assert.deepEqual(seqs(), [1, 2, 3, 4, 5, 8, 9]);
  assert.deepEqual(told, [{ event: 'shipping_gap', fields: { destination: 'webhook', log: LOG, after: 5, next: 8 } }]);
});

test('a batch that was sent and not confirmed is sent again as it was, though the log has grown', async (t) => {
  const { ship, sent, file, cursor, folder } = scene(t, lines(1, 5));
  mkdirSync(folder, { recursive: true });
  const offset = lines(1, 3).length;
  const at = { segment: 1, offset: 0, seq: 0 };
  await placeCursor(cursor, { at, pending: { segment: 1, offset, seq: 3 } });
  writeFileSync(file, lines(1, 40));
  await ship().close(30_000);
  assert.deepEqual(
    sent.map(({ first, last }) => [first, last]),
    [
      [1, 3],
      [4, 40],
    ],
  );
  assert.equal(readCursor(cursor)!.pending, undefined);
});

test('segments follow each other, also those that appear meanwhile', async (t) => {
  const { ship, seqs, dir } = scene(t, lines(1, 3));
  writeFileSync(join(dir, `${LOG}.2.jsonl`), lines(4, 6));
  await ship().close(30_000);
  writeFileSync(join(dir, `${LOG}.3.jsonl`), `${lines(7, 8)}{"v":1,"seq":9,"ts"`);
  await ship().close(30_000);
  assert.deepEqual(seqs(), upTo(8), 'a line that was not written to its end waits');
});

test('a log that another process holds is left to it', async (t) => {
  const { ship, sent, folder } = scene(t, lines(1, 3));
  mkdirSync(folder, { recursive: true });
  const held = await holdLog(folder, LOG);
  await ship().close(30_000);
  assert.equal(sent.length, 0);
  held!.release();
  await ship().close(30_000);
  assert.equal(sent.length, 1);
  assert.equal(existsSync(join(folder, `${LOG}.lock`)), false);
});

test('cursors of logs that are gone are taken away', async (t) => {
  const { ship, file, cursor, dir } = scene(t, lines(1, 3));
  await ship().close(30_000);
  assert.ok(existsSync(cursor));
  rmSync(file);
  writeFileSync(join(dir, segmentName(NOBODY, 2, 1)), lines(1, 1));
  await ship().close(30_000);
  assert.equal(existsSync(cursor), false);
});

test('a wait doubles up to a minute, is drawn at random, and bears with what the receiver asks for up to ten', () => {
  const none = () => 0;
  const all = () => 1;
  assert.deepEqual(
    [1, 2, 3, 7, 50].map((n) => backoffMs(n, 0, none)),
    [500, 1000, 2000, 30_000, 30_000],
  );
  assert.deepEqual(
    [1, 2, 3, 7, 50].map((n) => backoffMs(n, 0, all)),
    [1000, 2000, 4000, 60_000, 60_000],
  );
  assert.equal(backoffMs(1, 5000, all), 5000);
  assert.equal(backoffMs(1, 1e12, all), 600_000);
});
