import type { Done, Outcome, RefusedFrame } from '../model/audit.ts';
import type { Call } from '../model/call.ts';
import type { Decision, Effect, Reason } from '../model/decision.ts';
import type { Unasked, Watcher } from '../model/watcher.ts';
import { byLabel, counter, type Family, histogram, type Labels, type Sample, single } from './family.ts';
import { Histogram } from './histogram.ts';
import { type KnownNames, OTHER } from './known-names.ts';

const OVERHEAD = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];
/** Those of `mcp.client.operation.duration` in the conventions for MCP. */
const DURATION = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];
const SCORES = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];
const DECISIONS = ['allow', 'deny', 'require_approval'] as const;
/** Series of requests; what would be one more counts as of other tools and clients. */
const MOST_SERIES = 10_000;
/** Events that are counted by their name, which all are ours; others count as one. */
const EVENTS: ReadonlySet<string> = new Set([
  'backend_down',
  'call_given_up',
  'config_reload_failed',
  'config_reloaded',
  'egress',
  'item_added',
  'item_changed',
  'item_refused',
  'item_vanished',
  'limit_exceeded',
  'pinned',
  'pins_not_believed',
  'records_lost',
  'resumed',
  'sandbox_unavailable',
  'session_started',
  'stopped',
  'tool_added',
  'tool_changed',
  'tool_refused',
  'tool_vanished',
]);

/** Those that alarm are told of before they happen: a count that begins with one has not grown. */
const OF_BACKENDS = ['backend_down', 'item_changed', 'item_refused', 'tool_changed', 'tool_refused'];
const OF_GATEWAYS = ['config_reload_failed', 'config_reloaded', 'pins_not_believed', 'records_lost', 'stopped'];

/** What was decided about the calls of one client to one tool. */
class Counts {
  allow = 0;
  deny = 0;
  require_approval = 0;
  readonly labels: Readonly<Record<Effect, Labels>>;

  constructor(backend: string, tool: string, client: string) {
    const labelled = (decision: Effect): Labels => ({ backend, tool, client, decision });
    this.labels = {
      allow: labelled('allow'),
      deny: labelled('deny'),
      require_approval: labelled('require_approval'),
    };
  }
}

type ByClient = Map<string, Counts>;

/** Counts calls as they are recorded. Nothing is made for a call: a few look-ups, and additions to plain numbers. */
export class CallMeter implements Watcher {
  readonly #names: KnownNames;
  readonly #requests = new Map<string, Map<string, ByClient>>();
  readonly #blocked = new Map<string, number>();
  readonly #wouldBlock = new Map<string, number>();
  readonly #outcomes = new Map<string, Map<Outcome, number>>();
  readonly #events = new Map<string, Map<string, number>>();
  readonly #overhead = new Histogram(OVERHEAD);
  readonly #durations = new Map<string, Histogram>();
  readonly #scores = new Histogram(SCORES);
  /** Calls a person was asked about: what they took is no overhead. */
  readonly #agreed = new Set<string>();
  #series = 0;
  #capped = 0;
  #bytes = 0;

  constructor(names: KnownNames) {
    this.#names = names;
    for (const backend of names.backends) this.#events.set(backend, zeros(OF_BACKENDS));
    this.#events.set('', zeros(OF_GATEWAYS));
  }

  called(call: Call, decision: Decision): void {
    const { effect, reason, wouldDeny } = decision;
    if (call.direction === 'to-backend') {
      const { resource, principal } = call;
      this.#countsOf(resource.backend, this.#names.tool(call), this.#names.client(principal))[effect]++;
    }
    if (effect === 'deny' && reason !== undefined) more(this.#blocked, reason.code);
    else if (wouldDeny !== undefined) more(this.#wouldBlock, wouldDeny.code);
    if (decision.agreed !== undefined) this.#agreed.add(call.id);
  }

  ended(call: Call, done: Done): void {
    if (call.direction !== 'to-backend') return;
    const { outcome, ms, targetMs, decision, bytes } = done;
    const backend = this.#names.backend(call.resource.backend);
    let outcomes = this.#outcomes.get(backend);
    if (outcomes === undefined) this.#outcomes.set(backend, (outcomes = new Map()));
    more(outcomes, outcome);
    this.#bytes += bytes;
    if (outcome === 'withheld' && decision?.reason !== undefined) more(this.#blocked, decision.reason.code);
    else if (decision?.wouldDeny !== undefined) more(this.#wouldBlock, decision.wouldDeny.code);
    const wasAgreed = this.#agreed.size > 0 && this.#agreed.delete(call.id);
    if (targetMs === undefined || outcome === 'cancelled') return;
    if (!wasAgreed) this.#overhead.observe(Math.max(0, ms - targetMs) / 1000);
    let durations = this.#durations.get(backend);
    if (durations === undefined) this.#durations.set(backend, (durations = new Histogram(DURATION)));
    durations.observe(targetMs / 1000);
  }

  unasked(call: Unasked, { code }: Reason): void {
    more(this.#blocked, code);
    this.#countsOf(call.resource.backend, this.#names.tool(call), this.#names.client(call.principal)).deny++;
  }

  refused({ code }: RefusedFrame): void {
    more(this.#blocked, code);
  }

  event(event: string, fields: Readonly<Record<string, unknown>>): void {
    // It is counted as the request it was.
    if (event === 'unasked') return;
    const name = EVENTS.has(event) ? event : OTHER;
    const backend = typeof fields.backend === 'string' ? this.#names.backend(fields.backend) : '';
    let events = this.#events.get(backend);
    if (events === undefined) this.#events.set(backend, (events = new Map()));
    more(events, name);
  }

  /** How suspicious a text was, from 0 to 1. */
  scored(score: number): void {
    this.#scores.observe(score);
  }

  readonly families: readonly Family[] = [
    counter(
      'sallyport_requests_total',
      'Requests of clients by what was decided; a tool nobody here has named is _other, what is no tool has none.',
      () => this.#requestSamples(),
    ),
    counter('sallyport_blocked_total', 'What was refused or withheld, by code.', () => byLabel('code', this.#blocked)),
    counter('sallyport_would_block_total', 'What would have been refused if it were enforced, by code.', () =>
      byLabel('code', this.#wouldBlock),
    ),
    counter('sallyport_outcomes_total', 'How requests ended that were sent on.', () =>
      nested(this.#outcomes, 'backend', 'outcome'),
    ),
    counter('sallyport_reply_bytes_total', 'Bytes of answers of backends.', () => single(this.#bytes)),
    counter('sallyport_events_total', 'What happened besides requests.', () =>
      nested(this.#events, 'backend', 'event'),
    ),
    counter('sallyport_capped_series_total', 'Times a series was not begun because there are too many.', () =>
      single(this.#capped),
    ),
    histogram(
      'sallyport_overhead_seconds',
      'What the gateway adds to a request, without the backend and people.',
      () => [[{}, this.#overhead]],
    ),
    histogram('sallyport_backend_duration_seconds', 'How long backends take to answer.', () =>
      [...this.#durations].map(([backend, one]) => [{ backend }, one] as const),
    ),
    histogram('sallyport_injection_score', 'How much texts look like instructions to a model, from 0 to 1.', () => [
      [{}, this.#scores],
    ]),
  ];

  #countsOf(named: string, tool: string, client: string): Counts {
    const backend = this.#names.backend(named);
    const counts = this.#requests.get(backend)?.get(tool)?.get(client);
    return counts ?? this.#begin(backend, tool, client);
  }

  #begin(backend: string, tool: string, client: string): Counts {
    if (this.#series >= MOST_SERIES && (tool !== OTHER || client !== OTHER)) {
      this.#capped++;
      return this.#countsOf(backend, OTHER, OTHER);
    }
    this.#series++;
    const tools = this.#requests.get(backend) ?? new Map<string, ByClient>();
    const clients = tools.get(tool) ?? new Map<string, Counts>();
    const counts = new Counts(backend, tool, client);
    this.#requests.set(backend, tools.set(tool, clients.set(client, counts)));
    return counts;
  }

  #requestSamples(): Sample[] {
    const samples: Sample[] = [];
    for (const tools of this.#requests.values()) {
      for (const clients of tools.values()) {
        for (const counts of clients.values()) {
          for (const decision of DECISIONS) {
            const value = counts[decision];
            if (value > 0) samples.push({ labels: counts.labels[decision], value });
          }
        }
      }
    }
    return samples;
  }
}

function zeros(names: readonly string[]): Map<string, number> {
  return new Map(names.map((name) => [name, 0]));
}

function more<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function nested(counts: ReadonlyMap<string, ReadonlyMap<string, number>>, outer: string, inner: string): Sample[] {
  return [...counts].flatMap(([a, all]) =>
    [...all].map(([b, value]) => ({ labels: { [outer]: a, [inner]: b }, value })),
  );
}
