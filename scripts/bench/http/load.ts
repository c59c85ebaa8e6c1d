/**
 * Puts load on a server of MCP over HTTP: `node load.js URL ERA latency CALLS` or `… flood CONNECTIONS MS`. Prints one
 * line of JSON, then waits for its standard input to end, so that memory can be looked at with everything open.
 */
import { Connection } from './connection.ts';
import { Client, type Era, wentWell } from './requests.ts';

const [, , target, era, mode, first, second] = process.argv;
const url = new URL(target!);
const client = new Client(url, era as Era);
const opening = new Connection(url);
await client.open(opening);
process.stdout.write(`${JSON.stringify(mode === 'latency' ? await latency() : await flood())}\n`);
process.stdin.resume().once('end', () => process.exit(0));

async function latency(): Promise<object> {
  const count = Number(first);
  const times = new Float64Array(count);
  let errors = 0;
  for (let i = -Math.min(500, count); i < count; i++) {
    const request = client.call();
    const start = process.hrtime.bigint();
    const answer = await opening.ask(request);
    if (i >= 0) times[i] = Number(process.hrtime.bigint() - start) / 1000;
    if (!wentWell(answer)) errors++;
  }
  times.sort();
  return { p50: times[Math.floor(count * 0.5)], p99: times[Math.floor(count * 0.99)], errors };
}

/** Every connection has one call on its way at any time, until the time is over. */
async function flood(): Promise<object> {
  const until = performance.now() + Number(second);
  let calls = 0;
  let errors = 0;
  const begun = performance.now();
  await Promise.all(
    Array.from({ length: Number(first) }, async () => {
      const connection = new Connection(url);
      while (performance.now() < until) {
        if (!wentWell(await connection.ask(client.call()))) errors++;
        calls++;
      }
    }),
  );
  return { callsPerSecond: (calls - errors) / ((performance.now() - begun) / 1000), calls, errors };
}
