import { Book } from '../../lib/anomaly/book.ts';
import { Habituation, type Memory } from '../../lib/anomaly/habituation.ts';
import { HiddenNames } from '../../lib/anomaly/hidden-names.ts';
import { ANOMALY_FEATURES, type AnomalyConfig, type AnomalyFeature } from '../../lib/model/anomaly.ts';
import { INJECTED } from './injected.ts';
import { type MadeCall, TRAFFIC, type Traffic } from './traffic.ts';

const DAY = 86_400_000;
/** Calls that are judged once learning is over, of each caller, and callers of each kind of traffic. */
const JUDGED = 5000;
const CALLERS = 12;
/** How often each thing that goes wrong is tried with each caller. */
const TRIES = 10;

const DEFAULT_FEATURES: readonly AnomalyFeature[] = ['rate', 'new_tool', 'arg_shape', 'bytes_out'];

interface Outcome {
  calls: number;
  flagged: number;
  learning: number;
  readonly by: Record<string, number>;
  readonly found: Record<string, number>;
  tries: number;
}

/** One caller: learns, then is judged, then goes wrong. */
function evaluate(traffic: Traffic, seed: number, config: AnomalyConfig, into: Outcome, judged = JUDGED): void {
  const book = new Book();
  const names = new HiddenNames('evaluation');
  const memory: Memory = { account: (name) => book.accounts.get(name), learn: (lesson) => book.learn(lesson), names };
  const habits = new Habituation(config, memory, 'learn', () => {});
  const features = [...config.features].sort().join(' ');
  let id = 0;
  const put = (to: Habituation, call: MadeCall) => {
    const { replyBytes, ...traits } = call;
    const key = String(id++);
    const asked = to.call({ id: key, account: 'caller', ...traits });
    const made = asked.unusual === undefined || config.action === 'flag';
    const replied = made ? to.reply(key, replyBytes) : {};
    to.ended(key, made, replyBytes);
    const learning = book.accounts.get('caller')?.progress(config, traits.atMs, features) !== undefined;
    return { learning, unusual: asked.unusual ?? replied.unusual };
  };
  const calls = traffic.calls(seed);
  let last: MadeCall | undefined;
  for (let done = 0; done < judged; ) {
    last = calls.next().value;
    const { learning, unusual } = put(habits, last);
    if (learning) {
      into.learning++;
      continue;
    }
    done++;
    into.calls++;
    if (unusual === undefined) continue;
    into.flagged++;
    into.by[unusual.feature] = (into.by[unusual.feature] ?? 0) + 1;
  }
  // What goes wrong teaches nothing here, so that each try meets the same profile.
  const still: Memory = { ...memory, learn: () => {} };
  for (let at = 0; at < TRIES; at++) {
    into.tries++;
    for (let skip = 0; skip < 25; skip++) last = calls.next().value;
    for (const { name, calls: wrong } of INJECTED) {
      const fresh = new Habituation(config, still, 'learn', () => {});
      const found = wrong(last!).some((call) => put(fresh, call).unusual !== undefined);
      into.found[name] = (into.found[name] ?? 0) + (found ? 1 : 0);
    }
  }
}

function outcomeOf(traffic: Traffic, config: AnomalyConfig, judged?: number, callers = CALLERS): Outcome {
  const outcome: Outcome = { calls: 0, flagged: 0, learning: 0, by: {}, found: {}, tries: 0 };
  for (let seed = 1; seed <= callers; seed++) evaluate(traffic, seed * 7919, config, outcome, judged);
  return outcome;
}

const percent = (part: number, whole: number, digits = 3) => `${((100 * part) / whole).toFixed(digits)} %`;
const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;

function print(title: string, config: AnomalyConfig, judged?: number, callers?: number): void {
  const lines = [`### ${title}`, ''];
  const results = TRAFFIC.map((traffic) => ({ traffic, outcome: outcomeOf(traffic, config, judged, callers) }));
  const head = ['Traffic', 'Calls judged', 'Flagged', 'Share', 'By feature', 'Calls until it was learned'];
  lines.push(row(head), row(head.map(() => '---')));
  for (const { traffic, outcome } of results) {
    const by = Object.entries(outcome.by)
      .sort()
      .map(([feature, count]) => `${feature} ${count}`)
      .join(', ');
    const learned = Math.round(outcome.learning / (callers ?? CALLERS));
    lines.push(
      row([
        traffic.name,
        String(outcome.calls),
        String(outcome.flagged),
        percent(outcome.flagged, outcome.calls),
        by || '-',
        String(learned),
      ]),
    );
  }
  lines.push(
    '',
    row(['Gone wrong', ...results.map(({ traffic }) => traffic.name)]),
    row(['---', ...results.map(() => '---')]),
  );
  for (const { name } of INJECTED)
    lines.push(row([name, ...results.map(({ outcome }) => percent(outcome.found[name] ?? 0, outcome.tries, 0))]));
  process.stdout.write(`${lines.join('\n')}\n\n`);
}

const base: AnomalyConfig = {
  learnMs: 7 * DAY,
  minCalls: 500,
  features: DEFAULT_FEATURES,
  action: 'flag',
  falsePositives: 0.001,
  source: 'evaluation',
};

print('0.1 %, the features that are usual', base);
print('0.1 %, all features', { ...base, features: ANOMALY_FEATURES });
print(
  '1 %, all features, few calls',
  { ...base, features: ANOMALY_FEATURES, falsePositives: 0.01, minCalls: 200 },
  1000,
  20,
);
