/**
 * Many sessions at once for a while: `node soak.js URL SESSIONS DEPTH MS`. Every session keeps DEPTH calls on their way,
 * over four connections. Prints `ready` when all sessions are open, at the end one line of JSON.
 */
import { Connection } from './connection.ts';
import { Client, wentWell } from './requests.ts';

const [, , target, sessionsText, depthText, msText] = process.argv;
const CONNECTIONS = 4;
const url = new URL(target!);
let calls = 0;
const errors = new Map<string, number>();

const sessions: { readonly client: Client; readonly connections: readonly Connection[] }[] = [];
for (let i = 0; i < Number(sessionsText); i++) {
  const client = new Client(url, 'legacy');
  const connections = Array.from({ length: CONNECTIONS }, () => new Connection(url));
  await client.open(connections[0]!);
  sessions.push({ client, connections });
}
process.stdout.write('ready\n');

const begun = performance.now();
const until = begun + Number(msText);
await Promise.all(
  sessions.flatMap(({ client, connections }) =>
    connections.flatMap((connection) =>
      Array.from({ length: Number(depthText) / CONNECTIONS }, () => keepCalling(client, connection)),
    ),
  ),
);
const seconds = (performance.now() - begun) / 1000;
process.stdout.write(`${JSON.stringify({ calls, seconds, errors: Object.fromEntries(errors) })}\n`);
process.exit(0);

/** One place in flight: makes the next call when the last is answered, and stops at the first answer that is lost. */
async function keepCalling(client: Client, connection: Connection): Promise<void> {
  while (performance.now() < until) {
    const answer = await connection.ask(client.call());
    calls++;
    if (wentWell(answer)) continue;
    const what = `${answer.status} ${answer.body.replace(/"id":\d+,/, '').slice(0, 120)}`;
    errors.set(what, (errors.get(what) ?? 0) + 1);
    if (answer.status === 0) return;
  }
}
