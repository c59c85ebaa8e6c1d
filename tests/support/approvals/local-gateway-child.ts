import { dirname } from 'node:path';
import { ownProcess } from '../../../backends/local/announced.ts';
import { LocalServer } from '../../../backends/local/local-server.ts';
import { startTimeOf } from '../../../backends/process-table.ts';
import { feed } from '../../../cli/local/feed.ts';
import { systemClock } from '../../../lib/model/clock.ts';
import { ScriptedDesk, waiting } from './scripted-desk.ts';

// The local socket of a gateway with a scripted desk, in a process of its own: FOLDER, then `client=PID`, `uid=NUMBER` and
// names of requests that wait. Says what happens in lines of JSON, and ends with its standard input.
const [folder, ...words] = process.argv.slice(2);
const value = (name: string) => words.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
const say = (what: object) => process.stdout.write(`${JSON.stringify(what)}\n`);

const uid = value('uid');
if (uid !== undefined) process.setuid!(Number(uid));
const client = value('client');
const desk = new ScriptedDesk().put(...words.filter((word) => !word.includes('=')).map((id) => waiting(id)));
const place = {
  folder: folder!,
  stateDir: dirname(folder!),
  own: ownProcess(),
  mode: client === undefined ? 'serve' : 'wrap',
  client: client === undefined ? undefined : { pid: Number(client), start: startTimeOf(Number(client)) ?? '' },
} as const;
const server = await LocalServer.open(place, {
  desk: async () => desk,
  user: 'tester',
  status: () => ({
    pid: process.pid,
    policy: 'test',
    mode: place.mode,
    sinceMs: 0,
    clients: ['alice (claude-code)'],
    backends: [{ name: 'github', state: 'ready', processes: 1, inFlight: 2, failures: 3, outage: undefined }],
    budgets: [{ name: 'daily', holder: 'global', unit: 'usd', used: 20, limit: 25 }],
    stopped: [],
  }),
  watch: async (hear) => feed({ clock: systemClock, desk, clean: (text) => text, watch: () => () => {} }, hear),
  turn: (work) => work(),
  refused: (fields) => say({ refused: fields }),
});
desk.watch((change) => {
  if (change === 'ended') say({ answered: desk.answers.at(-1) });
});
say({ ready: true });
process.stdin.on('end', () => void server.close().then(() => process.exit(0))).resume();
