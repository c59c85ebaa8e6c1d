import { Alerts, type AlertsGround } from '../../../lib/alerts/alerts.ts';
import { parseWhen } from '../../../lib/config/words/alert-when.ts';
import type { After } from '../../../lib/model/after.ts';
import type { AlertRule } from '../../../lib/model/alerts-config.ts';
import type { Decision, Effect } from '../../../lib/model/decision.ts';
import type { Notice, Notifier } from '../../../lib/model/notice.ts';
import { FakeClock } from '../clock.ts';
import { callWith } from '../policy/calls.ts';

/** A clock by which one can wait as well: what waits is called when time passes that far, in its order. */
export class WaitingClock extends FakeClock {
  readonly #waiting = new Set<{ readonly at: number; readonly then: () => void }>();

  readonly after: After = (ms, then) => {
    const one = { at: this.monotonic() + Math.max(0, ms), then };
    this.#waiting.add(one);
    return () => this.#waiting.delete(one);
  };

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Lets time pass, and everything happen that then does, promises included. */
  async goOn(ms: number): Promise<void> {
    const end = this.monotonic() + ms;
    await settled();
    for (;;) {
      const next = [...this.#waiting].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#waiting.delete(next);
      super.pass(Math.max(0, next.at - this.monotonic()));
      next.then();
      await settled();
    }
    super.pass(end - this.monotonic());
  }
}

/** Everything that was promised by now, and by what comes of it, has happened. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

export function ruleOf(when: string, parts: Partial<AlertRule> = {}): AlertRule {
  return {
    name: 'rule',
    when,
    condition: parseWhen(when),
    severity: 'high',
    to: ['webhook'],
    repeatMs: 3_600_000,
    resolveAfterMs: 900_000,
    rule: 'alerts[0]',
    source: 'sallyport.yaml:9',
    ...parts,
  };
}

/** Keeps what it is told. */
export class NoticeProbe implements Notifier {
  readonly name = 'webhook';
  readonly isReachable = true;
  readonly notices: Notice[] = [];

  tell(notice: Notice): void {
    this.notices.push(notice);
  }

  /** The titles since the last look. */
  take(): string[] {
    return this.notices.splice(0).map(({ title }) => title);
  }
}

/** Alerts by these rules, on a clock that is moved by hand. */
export function alertsOf(rules: readonly AlertRule[], parts: Partial<AlertsGround> = {}) {
  const clock = new WaitingClock();
  const probe = new NoticeProbe();
  const noted: { readonly event: string; readonly fields: Readonly<Record<string, unknown>> }[] = [];
  const logged: string[] = [];
  let ids = 0;
  const alerts = new Alerts(rules, {
    clock,
    after: clock.after,
    log: { write: (_level, event) => void logged.push(event) },
    mask: (text) => text.replaceAll('hunter2', '[masked]'),
    run: 'run1',
    now: () => clock.now(),
    newId: () => `id${++ids}`,
    notifiers: new Map([['webhook', probe]]),
    note: (event, fields) => {
      noted.push({ event, fields });
      alerts.event(event, fields);
    },
    ...parts,
  });
  return { alerts, clock, probe, noted, logged };
}

export function decisionOf(effect: Effect, code: 'SP3001' | 'SP3002' | 'SP6001' = 'SP3002'): Decision {
  return {
    effect,
    reason: effect === 'allow' ? undefined : { code, text: 'no' },
    check: undefined,
    enforced: true,
    wouldDeny: undefined,
    edits: [],
    duties: [],
    findings: [],
    timeoutMs: undefined,
  };
}

export function callBy(subject: string, tool = 'read', backend = 'files') {
  const principal = { subject, clientId: 'local', agent: 'test/1', roles: [], proof: 'os-user' as const };
  return callWith({ principal, resource: { backend, type: 'tool', id: tool } });
}
