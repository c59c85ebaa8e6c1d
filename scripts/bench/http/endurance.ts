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

/** Many sessions of one principal share a server of 2026-07-28 for a while. */
export async function soak(seconds: number, note: (text: string) => void): Promise<Measure[]> {
  note(`soaking for ${seconds} s …`);
  const most = SESSIONS * IN_FLIGHT;
  const roomy = {
    server: { max_connections_per_address: 2000, max_sessions_per_client: SESSIONS, max_requests_per_client: most },
    limits: { max_concurrent_calls: most },
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
    const tenth = (seconds * 1000) / 10;
    const sampler = setInterval(() => resident.push(running.residentBytes() / 1e6), tenth);
    const { value } = await lines.next();
    clearInterval(sampler);
    await gone;
    if (value === undefined) throw new Error('the clients of the soak ended before it was over');
    const { calls, seconds: took, errors } = JSON.parse(value) as { calls: number; seconds: number; errors: object };
    const failed = Object.values(errors).reduce((sum: number, count: number) => sum + count, 0);
    for (const [what, count] of Object.entries(errors)) note(`${count} × ${what}`);
    const [first, middle, last] = [resident[0]!, resident[resident.length >> 1]!, resident.at(-1)!];
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
        'memory meanwhile',
        { 'after a tenth': first, 'half way': middle, 'at the end': last },
        'MB',
        last / first,
        '× a tenth',
        1.2,
      ),
    ];
  } finally {
    await running.stop();
  }
}
