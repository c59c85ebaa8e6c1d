import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate as immediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { BudgetFile } from '../../../backends/budget-file.ts';
import { systemClock } from '../../../lib/model/clock.ts';
import { temporaryFolder } from '../../support/folder.ts';

const CHILD = fileURLToPath(new URL('../../support/policy/budget-child.js', import.meta.url));
const YEAR_MS = 86_400_000 * 365;

function child(dir: string, grants: string, limit: number, mostBytes: number, giveBack = 0): ChildProcess {
  return spawn(process.execPath, [CHILD, dir, grants, String(limit), String(mostBytes), String(giveBack)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

const ended = async (process: ChildProcess) => {
  if (process.exitCode === null && process.signalCode === null) await once(process, 'exit');
};

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

test('eight processes at once use a budget up exactly, though each begins the journal anew again and again', async (t) => {
  const dir = temporaryFolder(t);
  const limit = 3000;
  const files = Array.from({ length: 8 }, (_, index) => join(dir, `grants-${index}`));
  const children = files.map((file) => child(join(dir, 'store'), file, limit, 4096));
  await Promise.all(children.map(ended));
  assert.deepEqual(
    children.map(({ exitCode }) => exitCode),
    files.map(() => 0),
  );
  assert.equal(
    files.reduce((sum, file) => sum + sizeOf(file), 0),
    limit,
  );
  assert.ok(readdirSync(join(dir, 'store')).length <= 3, 'old generations are removed');
});

test('processes that are killed at any point neither exceed a budget nor lose what they were granted', async (t) => {
  const dir = temporaryFolder(t);
  const store = join(dir, 'store');
  const limit = 6000;
  const kills = 12;
  const files: string[] = [];
  const start = (): ChildProcess => {
    const file = join(dir, `grants-${files.length}`);
    files.push(file);
    return child(store, file, limit, 16_384, 5);
  };
  const granted = () => files.reduce((sum, file) => sum + sizeOf(file), 0);
  const running = Array.from({ length: 8 }, start);
  for (let killed = 1; killed <= kills; killed++) {
    while (granted() < (limit / 2 / kills) * killed) await immediate();
    const victim = running.shift()!;
    victim.kill('SIGKILL');
    await ended(victim);
    running.push(start());
  }
  await Promise.all(running.map(ended));
  assert.ok(running.every(({ exitCode }) => exitCode === 0));
  const look = new BudgetFile(store, systemClock);
  t.after(() => look.close());
  assert.equal(look.look({ key: 'shared', limit, windowMs: YEAR_MS }).used, limit);
  assert.ok(granted() <= limit, `${granted()} granted`);
  // One that was killed between its grant and its note of it has used it all the same.
  assert.ok(granted() >= limit - kills, `${granted()} granted of ${limit}`);
});
