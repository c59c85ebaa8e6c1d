import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Measure, measure } from '../measure.ts';
import { NODE } from '../subject.ts';
import { sallyport, start } from './subjects.ts';

const SOAK = join(dirname(fileURLToPath(import.meta.url)), 'soak.js');
const SESSIONS = 200;
const IN_FLIGHT = 64;

/**
 * Many sessions of one principal share a server of 2026-07-28 for a while. Memory goes up and down with the collector,
 * so it is its lowest points that must not rise.
 */
export async function soak(seconds: number, note: (text: string) => void): Promise<Measure[]> {
  note(`soaking for ${seconds} s …`);
  const most = SESSIONS * IN_FLIGHT;
  const roomy = {
    server: { max_connections_per_address: 2000, max_sessions_per_client: SESSIONS, max_requests_per_client: most },
    limits: { max_concurrent_calls: most, max_pending: most },
  };
  const running = await start(sallyport('sallyport', 'legacy', 'modern', roomy));
  try {
    const driver = spawn(NODE, [SOAK, running.url, String(SESSIONS), String(IN_FLIGHT), String(seconds * 1000)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const gone = once(driver, 'exit');
    const lines = createInterface({ input: driver.stdout })[Symbol.asyncIterator]();
    await lines.next();
    const resident: number[] = [];
    const sampler = setInterval(() => resident.push(running.residentBytes() / 1e6), 500);
    const { value } = await lines.next();
    clearInterval(sampler);
    await gone;
    if (value === undefined) throw new Error('the clients of the soak ended before it was over');
    const { calls, seconds: took, errors } = JSON.parse(value) as { calls: number; seconds: number; errors: object };
    const failed = Object.values(errors).reduce((sum: number, count: number) => sum + count, 0);
    for (const [what, count] of Object.entries(errors)) note(`${count} × ${what}`);
    const third = Math.ceil(resident.length / 3);
    const [first, middle, last] = [0, 1, 2].map((n) => Math.min(...resident.slice(n * third, (n + 1) * third)));
    return [
      measure(
        `${SESSIONS} sessions, ${IN_FLIGHT} in flight each, ${seconds} s`,
        { 'calls/s': calls / took },
        '',
        failed,
        'errors',
        0,
      ),
      measure(
        'memory meanwhile, lowest of each third',
        { 'first third': first!, 'second third': middle!, 'last third': last!, peak: Math.max(...resident) },
        'MB',
        last! / middle!,
        '× second third',
        1.2,
      ),
    ];
  } finally {
    await running.stop();
  }
}
