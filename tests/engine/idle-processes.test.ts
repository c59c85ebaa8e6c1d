import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { Guardian } from '../../backends/guardian.ts';
import { Limiter } from '../../backends/limits/limiter.ts';
import { ProcessQuota } from '../../backends/process-quota.ts';
import { StdioServer } from '../../backends/stdio-server.ts';
import { systemClock } from '../../lib/model/clock.ts';
import { createEngine } from '../support/engine/engine.ts';
import { endWith, temporaryFolder } from '../support/folder.ts';
import { textOf } from '../support/mcp/peer.ts';
import { fixtureCommand } from '../support/program/gateway.ts';
import { alive, found, NEEDS_PROC, noneLeft, whoami } from '../support/program/survivors.ts';

/** An engine in front of real processes of the fixture server. */
function realEngine(t: TestContext, idleMs: number, flags: readonly string[] = []) {
  const guardian = new Guardian(randomUUID());
  const [command, ...args] = fixtureCommand(flags);
  const stateDir = temporaryFolder(t);
  const processes = new ProcessQuota(1, 1);
  const logged: { readonly level: string; readonly event: string }[] = [];
  const log = { write: (level: string, event: string) => void logged.push({ level, event }) };
  const engine = createEngine(t, {
    idleMs,
    makeServer: (config, surroundings) => {
      const around = {
        sandboxes: undefined,
        credentials: undefined,
        limiter: new Limiter(),
        user: 'ana',
        event: () => {},
      };
      const pad = {
        ...surroundings,
        ...around,
        guardian,
        clock: systemClock,
        log,
        processes,
        inherited: process.env,
        stateDir,
      };
      return new StdioServer({ ...config, command: command!, args, cwd: stateDir }, { ...pad, tap: undefined }, 'ana');
    },
  });
  endWith(t, async () => {
    await engine.gateway.close(true);
    await guardian.close();
  });
  return { engine, logged };
}

for (const flags of [[], ['--ignore-eof']]) {
  const how = flags.length === 0 ? 'at the end of its input' : 'when it is told to';
  test(`a real server is ended ${how}, and its next process serves the next call`, { skip: NEEDS_PROC }, async (t) => {
    const { engine, logged } = realEngine(t, 50, flags);
    const ana = engine.client('ana');
    await ana.initialize();
    const first = await whoami(ana as never);
    await noneLeft(() => [first.pid].filter(alive), 20_000, 'the idle server');
    const second = await whoami(ana as never);
    assert.notEqual(second.pid, first.pid);
    assert.equal(textOf(await ana.call('echo', { text: 'on' })), 'on');
    const told = logged.filter(({ event }) => event !== 'stderr');
    assert.ok(
      told.every(({ level, event }) => level === 'info' && event === 'backend_started'),
      JSON.stringify(told),
    );
    assert.ok(engine.logged.some(({ event }) => event === 'backend_idle'));
  });
}

test('a server that takes its time to end is gone before its next process starts', {
  skip: NEEDS_PROC,
}, async (t) => {
  const { engine } = realEngine(t, 50, ['--ignore-eof']);
  const ana = engine.client('ana');
  await ana.initialize();
  const first = await whoami(ana as never);
  const rests = () => (engine.logged.some(({ event }) => event === 'backend_idle') ? true : undefined);
  await found(rests, 30_000, 'the end of the idle server');
  const second = await whoami(ana as never);
  assert.notEqual(second.pid, first.pid);
  assert.equal(alive(first.pid), false);
});

test('calls made again and again around the end of an idle server are all answered', {
  skip: NEEDS_PROC,
}, async (t) => {
  const { engine, logged } = realEngine(t, 1);
  const ana = engine.client('ana');
  await ana.initialize();
  for (let i = 0; i < 12; i++) {
    const answers = await Promise.all([1, 2, 3].map((n) => ana.call('echo', { text: `${i}.${n}` })));
    assert.deepEqual(
      answers.map(textOf),
      [1, 2, 3].map((n) => `${i}.${n}`),
    );
  }
  assert.equal(
    logged.some(({ event }) => event === 'backend_down'),
    false,
  );
});
