// Loaded before every test that is measured: Node counts nothing in a thread with an environment of its own, and drops
// what it counted in one that still runs when the process ends.
import { syncBuiltinESMExports } from 'node:module';
import { takeCoverage } from 'node:v8';
import threads, { isMainThread, type WorkerOptions } from 'node:worker_threads';

const EVERY_MS = 500;

if (isMainThread) {
  const { NODE_V8_COVERAGE, NODE_OPTIONS } = process.env;
  threads.Worker = class extends threads.Worker {
    constructor(file: string | URL, { env, ...options }: WorkerOptions = {}) {
      super(file, { ...options, env: { ...(env as NodeJS.Dict<string>), NODE_V8_COVERAGE, NODE_OPTIONS } });
    }
  };
  syncBuiltinESMExports();
  process.once('beforeExit', () => setTimeout(() => undefined, 3 * EVERY_MS));
} else {
  setInterval(takeCoverage, EVERY_MS).unref();
}
