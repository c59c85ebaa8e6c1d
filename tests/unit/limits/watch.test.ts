import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { childrenByParent, familyNow } from '../../../backends/limits/process-files.ts';
import { ProcessTree } from '../../../backends/limits/usage.ts';
import { type Overuse, Watch } from '../../../backends/limits/watch.ts';
import { signalGroup } from '../../../backends/process-table.ts';
import { memoryOf } from '../../support/program/processes.ts';
import { NEEDS_PROC } from '../../support/program/survivors.ts';
import { MB } from '../../support/sandbox/limits.ts';

/** A command in a group of its own, once it has said something. */
async function started(t: TestContext, file: string, args: readonly string[]): Promise<ChildProcess> {
  const child = spawn(file, args, { detached: true, stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => signalGroup(child.pid!, 'SIGKILL'));
  await once(child.stdout!, 'data');
  return child;
}

function watched(limits: { memoryBytes?: number; processes?: number }, urgent = false) {
  return { memoryBytes: limits.memoryBytes, processes: limits.processes, urgent };
}

const THREE = ['-c', 'sleep 1000 & sleep 1000 & echo ready; wait'];

for (const [how, family] of [
  ['as the kernel tells them', familyNow],
  ['by the parent of each', childrenByParent],
] as const) {
  test(`children are found ${how}, with those of threads, and all are counted`, { skip: NEEDS_PROC }, async (t) => {
    const worker = `const { spawn } = require('node:child_process'); spawn('sleep', ['1000']).once('spawn', () => console.log('ready'))`;
    const main = `new (require('node:worker_threads').Worker)(${JSON.stringify(worker)}, { eval: true })`;
    const child = await started(t, process.execPath, ['-e', main]);
    const own = new ProcessTree(child.pid!).look(() => [])!;
    const all = new ProcessTree(child.pid!).look(family())!;
    assert.equal(all.tasks, own.tasks + 1);
    assert.ok(all.memoryBytes > own.memoryBytes);
    const kilobytes = memoryOf(child.pid!, 'VmRSS');
    assert.ok(Math.abs(own.memoryBytes / 1024 / kilobytes - 1) < 0.3, `${own.memoryBytes} and ${kilobytes} kB`);
  });
}

test('one that lost its parent is still counted when it was seen before', { skip: NEEDS_PROC }, async (t) => {
  const child = await started(t, 'sh', ['-c', 'sh -c "sleep 1000 & echo ready; wait" & wait']);
  const tree = new ProcessTree(child.pid!);
  assert.equal(tree.look()!.tasks, 3);
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.equal(tree.look()!.tasks, 2);
  assert.equal(new ProcessTree(child.pid!).look(), undefined);
});

test('pages that processes share are counted once when it matters', { skip: NEEDS_PROC }, async (t) => {
  const child = await started(t, 'sh', THREE);
  const tree = new ProcessTree(child.pid!);
  const { memoryBytes } = tree.look()!;
  assert.ok(tree.exactMemory() < memoryBytes, `${tree.exactMemory()} of ${memoryBytes} bytes`);
  const overuses: Overuse[] = [];
  const watch = new Watch();
  t.after(watch.add(child.pid!, watched({ memoryBytes: memoryBytes - 1 }), (overuse) => overuses.push(overuse)));
  watch.round();
  assert.deepEqual(overuses, []);
});

test('too much memory and too many processes are told once each', { skip: NEEDS_PROC }, async (t) => {
  const child = await started(t, 'sh', THREE);
  const watch = new Watch();
  const overuses: Overuse[] = [];
  const note = (overuse: Overuse) => overuses.push(overuse);
  watch.add(child.pid!, watched({ memoryBytes: 1000 }), note);
  watch.add(child.pid!, watched({ processes: 2 }), note);
  t.after(watch.add(child.pid!, watched({ processes: 3, memoryBytes: 1024 * MB }), note));
  watch.round();
  watch.round();
  assert.deepEqual(
    overuses.map(({ what, limit }) => [what, limit]),
    [
      ['memory', 1000],
      ['processes', 2],
    ],
  );
  assert.equal(overuses[1]!.used, 3);
});

test('a watch looks by itself, and what is not watched any more is not told of', { skip: NEEDS_PROC }, async (t) => {
  const child = await started(t, 'sh', THREE);
  const watch = new Watch();
  const stop = watch.add(child.pid!, watched({ processes: 1 }), () => assert.fail('was told'));
  stop();
  watch.round();
  const alive = setTimeout(() => {}, 30_000);
  const seen = new Promise<Overuse>((resolve) => watch.add(child.pid!, watched({ processes: 2 }, true), resolve));
  assert.equal((await seen).used, 3);
  clearTimeout(alive);
});

test('a watch keeps nobody waiting, and has no timer while there is nothing to look at', {
  skip: NEEDS_PROC,
}, async (t) => {
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const child = await started(t, 'sh', THREE);
  const before = timers();
  const watch = new Watch();
  watch.add(child.pid!, watched({ processes: 10 }), () => {});
  assert.equal(timers(), before, 'a timer that holds the process would show here');
  signalGroup(child.pid!, 'SIGKILL');
  await once(child, 'exit');
  watch.round();
  watch.round();
});
