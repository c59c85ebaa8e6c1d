import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { hash } from 'node:crypto';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { RecordReceiver } from '../../support/audit/record-receiver.ts';
import { endWith, temporaryFolder } from '../../support/folder.ts';
import { auditFiles, readLines } from '../../support/program/gateway.ts';

const CHILD = fileURLToPath(new URL('../../support/audit/shipping-child.js', import.meta.url));

/** Every step of shipping, and at which time the process is killed there. */
const STEPS: readonly (readonly [string, number])[] = [
  ['before-send', 2],
  ['after-ack', 2],
  ['empty-draft', 1],
  ['empty-draft', 4],
  ['before-rename', 3],
  ['after-rename', 3],
  ['rotation', 2],
];

function ship(t: TestContext, dir: string, url: string, step = 'none', time = 0): ChildProcess {
  const child = spawn(process.execPath, [CHILD, dir, url, '400', step, String(time)], { stdio: 'inherit' });
  endWith(t, async () => void child.kill('SIGKILL'));
  return child;
}

/** What was written, by log. */
function written(dir: string): Map<string, string[]> {
  const logs = new Map<string, string[]>();
  for (const file of auditFiles(dir)) {
    const log = /(audit-[^/]*?)(?:\.\d+)?\.jsonl$/.exec(file)![1]!;
    logs.set(log, [...(logs.get(log) ?? []), ...readLines(file)]);
  }
  return logs;
}

/** The numbers of the records of each log, in their order, and a digest of their bytes. */
function shape(logs: Map<string, string[]>): [string, string, string][] {
  return [...logs]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([log, lines]) => [log, lines.map((line) => JSON.parse(line).seq).join(), hash('sha256', lines.join('\n'))]);
}

for (const [step, time] of STEPS) {
  test(`a process killed at ${step}, time ${time}, leaves what the next one ships: each record once, in order`, async (t) => {
    const dir = temporaryFolder(t);
    const receiver = await RecordReceiver.start(t);
    const [, signal] = await once(ship(t, dir, receiver.url, step, time), 'exit');
    assert.equal(signal, 'SIGKILL', 'it comes by there');
    const [code] = await once(ship(t, dir, receiver.url), 'exit');
    assert.equal(code, 0);
    assert.equal(written(dir).size, 2);
    assert.deepEqual(shape(receiver.byId), shape(written(dir)));
    assert.deepEqual(shape(receiver.bySeq), shape(written(dir)));
  });
}

test('a process killed after it has sent and before it was answered sends the same batch again', async (t) => {
  const dir = temporaryFolder(t);
  const receiver = await RecordReceiver.start(t);
  const child = ship(t, dir, receiver.url);
  const ended = once(child, 'exit');
  receiver.answering = (batch) => {
    if (receiver.came.length !== 2) return undefined;
    receiver.taken.push(batch);
    child.kill('SIGKILL');
    return true;
  };
  await ended;
  await once(ship(t, dir, receiver.url), 'exit');
  const [, killed] = receiver.came;
  const again = receiver.came.filter(({ id }) => id === killed!.id);
  assert.equal(again.length, 2, 'with the same id');
  assert.deepEqual(again[0]!.records, again[1]!.records);
  assert.deepEqual(shape(receiver.byId), shape(written(dir)));
});

test('a receiver that is down for a while has everything in the end, and nothing twice', async (t) => {
  const dir = temporaryFolder(t);
  const receiver = await RecordReceiver.start(t);
  receiver.answering = (_batch, response) => {
    if (receiver.came.length > 2) return undefined;
    response.writeHead(503).end();
    return true;
  };
  for (let run = 0; run < 4; run++) {
    const [code] = await once(ship(t, dir, receiver.url), 'exit');
    assert.equal(code, 0);
  }
  assert.deepEqual(shape(receiver.byId), shape(written(dir)));
  assert.deepEqual(receiver.taken.length, new Set(receiver.taken.map(({ id }) => id)).size);
});
