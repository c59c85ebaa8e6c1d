import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { groupAlive, lookForMarked, signalGroup, startTimeOf } from '../../../backends/process-table.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { alive, NEEDS_PROC, noneLeft } from '../../support/program/survivors.ts';

const RUN = 'process-table-test';

/** A shell in a group of its own; resolves with the first line it prints. */
async function shell(t: TestContext, script: string, env = {}): Promise<{ child: ChildProcess; said: string }> {
  const stdio = ['pipe', 'pipe', 'inherit'] as const;
  const child = spawn('sh', ['-c', script], { detached: true, stdio: [...stdio], env: { ...process.env, ...env } });
  t.after(() => signalGroup(child.pid!, 'SIGKILL'));
  const [bytes] = await once(child.stdout!, 'data');
  return { child, said: String(bytes).trim() };
}

test('a group lives as long as any member does, its leader or not', { skip: NEEDS_PROC }, async (t) => {
  const { child, said } = await shell(t, 'sleep 1000 & echo $!; sleep 0.1');
  assert.equal(groupAlive(child.pid!), true);
  await once(child, 'exit');
  assert.equal(alive(child.pid!), false);
  assert.equal(groupAlive(child.pid!), true);
  process.kill(Number(said), 'SIGKILL');
  await noneLeft(() => (groupAlive(child.pid!) ? [child.pid!] : []), 20_000, 'the group');
});

test('the dead that nobody reaps do not keep a group alive', { skip: NEEDS_PROC }, async (t) => {
  const { said } = await shell(t, 'setsid sleep 0 & echo $!; exec sleep 1000');
  const dead = Number(said);
  await noneLeft(() => [dead].filter(alive), 20_000, 'the sleeper');
  assert.doesNotThrow(() => process.kill(-dead, 0), 'the kernel still knows the group');
  assert.equal(groupAlive(dead), false);
});

test('a signal to a group reaches all of it, and none where there is no group', { skip: NEEDS_PROC }, async (t) => {
  const { child, said } = await shell(t, 'sleep 1000 & echo $!; wait');
  assert.equal(signalGroup(child.pid!, 'SIGTERM'), true);
  await once(child, 'exit');
  await noneLeft(() => [Number(said)].filter(alive), 20_000, 'the sleeper');
  await noneLeft(() => (groupAlive(child.pid!) ? [child.pid!] : []), 20_000, 'the group');
  assert.equal(signalGroup(2 ** 22 + 1, 'SIGTERM'), false);
});

test('a marked process is found even in a session of its own, and those of other runs are not', {
  skip: NEEDS_PROC,
}, async (t) => {
  const { child } = await shell(t, 'echo ready; read line', { SALLYPORT_RUN: RUN });
  const other = await shell(t, 'echo ready; read line', { SALLYPORT_RUN: 'another' });
  assert.deepEqual(lookForMarked(RUN).marked, [child.pid]);
  assert.deepEqual(lookForMarked('another').marked, [other.child.pid]);
});

test('a process that goes from program to program without end is seen by every look', {
  skip: NEEDS_PROC,
}, async (t) => {
  const file = join(temporaryFolder(t), 'restless');
  writeFileSync(file, '#!/bin/sh\nexec "$0"\n', { mode: 0o755 });
  const { child } = await shell(t, `echo ready; exec ${file}`, { SALLYPORT_RUN: RUN });
  for (let look = 0; look < 300; look++) {
    const { marked, between } = lookForMarked(RUN);
    assert.ok([...marked, ...between].includes(child.pid!), `look ${look}`);
  }
});

test('a start time tells two processes with one number apart', { skip: NEEDS_PROC }, async (t) => {
  const { child } = await shell(t, 'echo ready; exec sleep 1000');
  assert.match(startTimeOf(child.pid!)!, /^\d+$/);
  assert.equal(startTimeOf(child.pid!), startTimeOf(child.pid!));
  assert.notEqual(startTimeOf(child.pid!), startTimeOf(1));
  assert.equal(startTimeOf(2 ** 30), undefined);
});
