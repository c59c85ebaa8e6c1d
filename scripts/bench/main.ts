/**
 * `npm run bench`: Sallyport beside a raw Node pipe, an SDK relay and a peer from npm, in one run. `npm run bench -- http`:
 * the same over HTTP. `npm run bench -- policy`: what each check costs. `npm run bench -- egress`: the way out of a sandbox.
 * `npm run bench -- sandbox`: what a sandbox costs.
 */
import { overEgress } from './egress/over-egress.ts';
import { overHttp } from './http/over-http.ts';
import { type Measure, report } from './measure.ts';
import { crowds, memory, speed, starts } from './measures.ts';
import { passthroughPeer } from './peers.ts';
import { overPolicy } from './policy.ts';
import { overSandbox } from './sandbox/over-sandbox.ts';

const has = (name: string) => process.argv.includes(name);
const quick = has('--quick');
const rounds = quick ? 1 : 5;
const note = (text: string) => process.stderr.write(`${text}\n`);
report(
  await (has('policy')
    ? overPolicy()
    : has('http')
      ? overHttp(rounds, !has('--no-peers'), soakSeconds(), note)
      : has('egress')
        ? overEgress(rounds, quick, note)
        : has('sandbox')
          ? overSandbox(rounds, quick, note)
          : overPipes()),
  rounds,
  has('--json'),
);

async function overPipes(): Promise<Measure[]> {
  const peer = has('--no-peers') ? undefined : passthroughPeer();
  const peers = peer === undefined ? [] : [peer];
  const measures: Measure[] = [];
  for (const [name, work] of [
    ['speed', () => speed(rounds, peers)],
    ['start', () => starts(rounds, peers)],
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
