/**
 * `npm run bench`: Sallyport beside a raw Node pipe, an SDK relay and a peer from npm, in one run. `npm run bench -- http`:
 * the same over HTTP. `npm run bench -- policy`: what each check costs. `npm run bench -- egress`: the way out of a sandbox.
 * `npm run bench -- sandbox`: what a sandbox costs. `npm run bench -- inspect`: what looking at texts costs.
 * `npm run bench -- identity`: what it costs to know who asks. `npm run bench -- evidence`: what the log costs, and verifying it.
 * `npm run bench -- watching`: what metrics and traces cost.
 * `npm run bench -- audit`: questions about a log of 1 GB.
 */
import { overAudit } from './audit.ts';
import { overEgress } from './egress/over-egress.ts';
import { overEvidence } from './evidence.ts';
import { overHttp } from './http/over-http.ts';
import { overIdentity } from './identity.ts';
import { overInspection } from './inspect.ts';
import { instantStart } from './instant.ts';
import { type Measure, report } from './measure.ts';
import { crowds, memory, speed, starts } from './measures.ts';
import { passthroughPeer } from './peers.ts';
import { overPolicy } from './policy.ts';
import { overPossession } from './possession.ts';
import { overSandbox } from './sandbox/over-sandbox.ts';
import { stalls } from './stalls.ts';
import { overWatching } from './watching.ts';

const has = (name: string) => process.argv.includes(name);
const quick = has('--quick');
const rounds = quick ? 1 : 5;
const note = (text: string) => process.stderr.write(`${text}\n`);
/** What can be measured, by the word that asks for it; without one, standard streams beside others. */
const PARTS: Readonly<Record<string, () => Measure[] | Promise<Measure[]>>> = {
  policy: () => overPolicy(),
  http: () => overHttp(rounds, !has('--no-peers'), soakSeconds(), note),
  egress: () => overEgress(rounds, quick, note),
  sandbox: () => overSandbox(rounds, quick, note),
  inspect: async () => [...overInspection(), ...(await stalls(rounds))],
  identity: async () => [...(await overIdentity()), ...overPossession()],
  evidence: () => overEvidence(rounds),
  watching: () => overWatching(rounds, quick, note),
  audit: () => overAudit(rounds, quick, note),
};
const part = Object.keys(PARTS).find(has);
report(await (part === undefined ? overPipes() : PARTS[part]!()), rounds, has('--json'));

async function overPipes(): Promise<Measure[]> {
  const peer = has('--no-peers') ? undefined : passthroughPeer();
  const peers = peer === undefined ? [] : [peer];
  const measures: Measure[] = [];
  for (const [name, work] of [
    ['speed', () => speed(rounds, peers)],
    ['start', () => starts(rounds, peers)],
    ['instant start', () => instantStart(rounds)],
    ['memory', () => memory(quick ? 1 : 3)],
    ['crowds', () => crowds(quick ? 1 : 3)],
  ] as const) {
    note(`measuring ${name} …`);
    measures.push(...(await work()));
  }
  return measures;
}

/** `--soak SECONDS`, 20 without it. */
function soakSeconds(): number {
  const at = process.argv.indexOf('--soak');
  return at === -1 ? 20 : Number(process.argv[at + 1]);
}
