import type { After } from '../model/after.ts';
import type { AlertRule, Measure } from '../model/alerts-config.ts';
import type { Done, RefusedFrame } from '../model/audit.ts';
import { ALERT_EVENTS } from '../model/audit-events.ts';
import type { BudgetUse } from '../model/budget-use.ts';
import type { Call, Resource } from '../model/call.ts';
import type { Clock } from '../model/clock.ts';
import type { Decision, Reason } from '../model/decision.ts';
import type { Log } from '../model/log.ts';
import type { Notifier } from '../model/notice.ts';
import { accountOf, type Principal } from '../model/principal.ts';
import type { Unasked, Watcher } from '../model/watcher.ts';
import { AlertBook, type AlertNews } from './alert-book.ts';
import { type NoticeGround, noticeOf, shownValue } from './alert-notice.ts';
import { BudgetWatch } from './budget-watch.ts';
import { describeEvent, seenIn } from './event-fields.ts';
import { EventWatch } from './event-watch.ts';
import type { Seen } from './filters.ts';
import { RateWatch } from './rate-watch.ts';

/** How often it is looked whether alerts that stand are over: as often as the shortest window has parts, within these. */
const LEAST_TICK_MS = 100;
const MOST_TICK_MS = 30_000;

const ERRORS: ReadonlySet<Done['outcome']> = new Set(['error', 'tool_error', 'failed', 'timeout']);

export interface AlertsGround extends NoticeGround {
  readonly clock: Clock;
  readonly after: After;
  readonly log: Log;
  /** Those a rule names; one that is not there is told nothing. */
  readonly notifiers: ReadonlyMap<string, Notifier>;
  /** Puts it into the audit log. */
  note(event: 'alert_fired' | 'alert_resolved', fields: Readonly<Record<string, unknown>>): void;
}

/**
 * Watches what goes into the log by the rules of `alerts`. A record costs a count or two; everything else happens when the
 * work that made the record has ended.
 */
export class Alerts implements Watcher {
  readonly #ground: AlertsGround;
  readonly #book: AlertBook;
  readonly #rates: Readonly<Record<Measure, readonly RateWatch[]>>;
  readonly #allRates: readonly RateWatch[];
  readonly #events: readonly EventWatch[];
  readonly #budgets: readonly BudgetWatch[];
  readonly #looksAtTools: boolean;
  readonly #tickMs: number;
  readonly #accounts = new WeakMap<Principal, string>();
  #stopTick: (() => void) | undefined;
  #closed = false;

  constructor(rules: readonly AlertRule[], ground: AlertsGround) {
    this.#ground = ground;
    this.#book = new AlertBook(ground.clock, (news) => this.#tell(news));
    const book = this.#book;
    const of = (measure: Measure) =>
      rules.flatMap((rule) =>
        rule.condition.kind === 'rate' && rule.condition.measure === measure
          ? [new RateWatch(rule, rule.condition, book)]
          : [],
      );
    this.#rates = {
      calls: of('calls'),
      denied: of('denied'),
      would_deny: of('would_deny'),
      approvals: of('approvals'),
      errors: of('errors'),
      refused: of('refused'),
    };
    this.#allRates = Object.values(this.#rates).flat();
    this.#events = rules.flatMap((rule) =>
      rule.condition.kind === 'event' ? [new EventWatch(rule, rule.condition, book)] : [],
    );
    this.#budgets = rules.flatMap((rule) =>
      rule.condition.kind === 'budget' ? [new BudgetWatch(rule, rule.condition, book)] : [],
    );
    this.#looksAtTools = rules.some(looksAtTools);
    this.#tickMs = Math.max(LEAST_TICK_MS, Math.min(MOST_TICK_MS, ...rules.map(partOf)));
  }

  /** How many stand now. */
  get standing(): number {
    return this.#book.size;
  }

  called({ principal, resource }: Call, { effect, reason, wouldDeny, agreed }: Decision): void {
    const { calls, denied, would_deny: would, approvals } = this.#rates;
    const code = reason?.code ?? wouldDeny?.code;
    const seen = this.#seen(code, principal, resource);
    const now = this.#now();
    count(calls, seen, now);
    if (effect === 'deny') count(denied, seen, now);
    else if (wouldDeny !== undefined) count(would, seen, now);
    if (effect === 'require_approval' || agreed !== undefined || code?.startsWith('SP6') === true)
      count(approvals, seen, now);
  }

  unasked({ principal, resource }: Unasked, { code }: Reason): void {
    const seen = this.#seen(code, principal, resource);
    const now = this.#now();
    count(this.#rates.calls, seen, now);
    count(this.#rates.denied, seen, now);
  }

  ended({ principal, resource }: Call, { outcome, decision, code }: Done): void {
    const isError = ERRORS.has(outcome);
    const would = decision?.wouldDeny;
    if (!isError && outcome !== 'withheld' && would === undefined) return;
    const { errors, denied, would_deny: woulds } = this.#rates;
    const seen = this.#seen(code ?? decision?.reason?.code ?? would?.code, principal, resource);
    const now = this.#now();
    if (isError) count(errors, seen, now);
    if (outcome === 'withheld') count(denied, seen, now);
    else if (would !== undefined) count(woulds, seen, now);
  }

  refused({ from, code }: RefusedFrame): void {
    const backend = from === 'client' ? undefined : from;
    const seen = { code, backend, tool: undefined, principal: undefined, subject: undefined };
    count(this.#rates.refused, seen, this.#now());
  }

  event(event: string, fields: Readonly<Record<string, unknown>>): void {
    if (this.#closed || ALERT_EVENTS.has(event)) return;
    for (const watch of this.#events) {
      if (watch.event === event) watch.happened(seenIn(event, fields), describeEvent(fields), this.#now());
      else if (watch.opposite === event) watch.ended(seenIn(event, fields), this.#now());
    }
  }

  spent(use: BudgetUse): void {
    if (this.#closed) return;
    for (const watch of this.#budgets) watch.spent(use, this.#ground.clock.now());
  }

  /** Tells what has fired and was not told yet, and watches no more. Alerts that stand are not over by that. */
  close(): void {
    this.#book.flush();
    this.#closed = true;
    this.#stopTick?.();
  }

  #seen(code: string | undefined, principal: Principal, { backend, type, id }: Resource): Seen {
    return {
      code,
      backend,
      tool: this.#looksAtTools && type === 'tool' ? `${backend}/${id}` : undefined,
      principal: this.#account(principal),
      subject: principal.subject,
    };
  }

  /** Whoever is somebody else counts as somebody else, whatever they are called. */
  #account(principal: Principal): string {
    let account = this.#accounts.get(principal);
    if (account === undefined) {
      account = accountOf(principal);
      this.#accounts.set(principal, account);
    }
    return account;
  }

  #tell(news: AlertNews): void {
    if (this.#closed) return;
    try {
      this.#say(news);
    } catch (error) {
      this.#ground.log.write('error', 'alert_not_told', { alert: news.rule.name, why: (error as Error).message });
    }
    if (this.#book.size > 0) this.#stopTick ??= this.#ground.after(this.#tickMs, () => this.#tick());
  }

  #say(news: AlertNews): void {
    const { log, notifiers, mask } = this.#ground;
    const { rule, kind, count: times, why } = news;
    const notice = noticeOf(news, this.#ground);
    const value = shownValue(news, mask);
    const event = kind === 'resolved' ? 'alert_resolved' : 'alert_fired';
    const fields = {
      alert: rule.name,
      severity: rule.severity,
      ...(value === '' ? {} : { value }),
      when: rule.when,
      count: times,
      ...(kind === 'goes-on' ? { again: true } : {}),
      ...(why === undefined ? {} : { why }),
      key: notice.key,
      to: rule.to,
    };
    for (const name of rule.to) notifiers.get(name)?.tell(notice);
    log.write(kind === 'resolved' ? 'info' : 'warn', event, fields);
    this.#ground.note(event, fields);
  }

  #tick(): void {
    this.#stopTick = undefined;
    if (this.#closed) return;
    const now = this.#now();
    for (const watch of this.#allRates) watch.tick(now);
    for (const watch of this.#events) watch.tick(now);
    for (const watch of this.#budgets) watch.tick(this.#ground.clock.now());
    if (this.#book.size > 0) this.#stopTick ??= this.#ground.after(this.#tickMs, () => this.#tick());
  }

  #now(): number {
    return this.#ground.clock.monotonic();
  }
}

function count(watches: readonly RateWatch[], seen: Seen, now: number): void {
  for (let i = 0; i < watches.length; i++) watches[i]!.count(seen, now);
}

function looksAtTools({ condition }: AlertRule): boolean {
  if (condition.kind !== 'rate') return false;
  return condition.per === 'tool' || condition.filters.some(({ field }) => field === 'tool');
}

function partOf({ condition, resolveAfterMs }: AlertRule): number {
  if (condition.kind === 'rate') return condition.windowMs / 20;
  return resolveAfterMs === undefined ? MOST_TICK_MS : resolveAfterMs / 20;
}
