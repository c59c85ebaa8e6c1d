import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ROOT } from '../../support/paths.ts';
import { found, guardians, NEEDS_PROC, noneLeft } from '../../support/program/survivors.ts';

const GUARDIAN = join(ROOT, 'build', 'backends', 'guardian.js');

/** Notes what it is asked; lists one container until that is removed. */
const ENGINE = `#!/bin/sh
echo "$@" >> "$0.log"
case $1 in
  ps) [ -e "$0.removed" ] || echo 0a1b2c ;;
  rm) : > "$0.removed" ;;
esac
`;

/** A process with a guardian that was told of these engines. */
async function watched(t: TestContext, run: string, engines: readonly string[]) {
  const script = `
    const { Guardian } = await import(${JSON.stringify(GUARDIAN)});
    const guardian = new Guardian(${JSON.stringify(run)});
    guardian.watch();
    for (const engine of ${JSON.stringify(engines)}) guardian.engine(engine);
    process.on('message', async () => { await guardian.close(); process.exit(); });
    process.send('watched');
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  t.after(() => child.kill('SIGKILL'));
  await new Promise((resolve) => child.once('message', resolve));
  return child;
}

function engineIn(t: TestContext, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-guardian-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'engine');
  writeFileSync(file, text, { mode: 0o755 });
  return file;
}

const asked = (engine: string) => readFileSync(`${engine}.log`, 'utf8').trim().split('\n');

test('containers of a run are removed by their label when the gateway is killed', { skip: NEEDS_PROC }, async (t) => {
  const engine = engineIn(t, ENGINE);
  const child = await watched(t, 'run-1', [engine]);
  child.kill('SIGKILL');
  await found(() => (existsSync(`${engine}.removed`) ? true : undefined), 30_000, 'the removal');
  await noneLeft(() => guardians('run-1'), 20_000, 'a guardian');
  const list = 'ps -aq --filter label=dev.sallyport.run=run-1';
  assert.deepEqual(asked(engine), [list, 'kill 0a1b2c', 'rm -f -v 0a1b2c', list]);
});

test('a guardian gives up an engine that hangs', { skip: NEEDS_PROC }, async (t) => {
  const hanging = engineIn(t, '#!/bin/sh\necho "$@" >> "$0.log"\nexec sleep 600\n');
  const working = engineIn(t, ENGINE);
  const child = await watched(t, 'run-2', [hanging, working]);
  child.kill('SIGKILL');
  await found(() => (existsSync(`${working}.removed`) ? true : undefined), 30_000, 'the removal by the other engine');
  await noneLeft(() => guardians('run-2'), 20_000, 'a guardian');
  assert.equal(asked(hanging).length, 1);
});

test('a gateway that says good-bye has removed its containers itself', { skip: NEEDS_PROC }, async (t) => {
  const engine = engineIn(t, ENGINE);
  const child = await watched(t, 'run-3', [engine]);
  const left = new Promise((resolve) => child.once('exit', resolve));
  child.send('leave');
  await left;
  await noneLeft(() => guardians('run-3'), 20_000, 'a guardian');
  assert.ok(!existsSync(`${engine}.log`));
});
