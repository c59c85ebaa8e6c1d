import type { TestContext } from 'node:test';
import { createEngine, type EngineOptions } from './engine.ts';

export const IDLE_MS = 60_000;

/** An engine whose time is the test's: `wait` lets some of it pass, for its clock and its timers. */
export function idleEngine(t: TestContext, options: EngineOptions = {}) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const engine = createEngine(t, { idleMs: IDLE_MS, ...options });
  const wait = (ms: number) => {
    engine.pass(ms);
    t.mock.timers.tick(ms);
  };
  const starts = () => engine.server.asked('initialize').length + engine.server.asked('server/discover').length;
  return Object.assign(engine, { wait, starts, events: () => engine.logged.map(({ event }) => event) });
}

/** Such an engine with one client, whose first call has its server started. */
export async function usedEngine(t: TestContext, options: EngineOptions = {}) {
  const engine = idleEngine(t, options);
  const ana = engine.client('ana');
  if (options.era !== 'modern') await ana.initialize();
  await ana.call('work');
  return Object.assign(engine, { ana });
}
