import { randomBytes } from 'node:crypto';
import { Desk } from '../../../lib/approvals/desk.ts';
import { type ApprovalStore, MemoryStore } from '../../../lib/approvals/store.ts';
import type { ApprovalAnswer, ApprovalChannel, PendingApproval } from '../../../lib/model/approval-desk.ts';
import type { ClientWay, FormWords, Seeker, Sought, Sounded } from '../../../lib/model/approvals.ts';
import type { ApprovalsConfig } from '../../../lib/model/approvals-config.ts';
import type { Call } from '../../../lib/model/call.ts';
import type { Reason } from '../../../lib/model/reason.ts';
import type { ToolEffect } from '../../../lib/model/rules.ts';
import { Payload } from '../../../lib/wire/payload.ts';
import { FakeClock } from '../clock.ts';
import { callWith, policyOf } from '../policy/calls.ts';

export const WORDS: FormWords = { enumNames: false, modes: true };

export const USUAL_APPROVALS: ApprovalsConfig = {
  channels: ['client', 'terminal', 'desktop'],
  outOfBand: [],
  timeoutMs: 55_000,
  onTimeout: 'pending',
  grantTtlMs: 600_000,
  scopes: ['once', 'session', 'time'],
  rememberMs: 3_600_000,
  approvers: undefined,
  separateApprover: false,
  slackWebhookUrl: undefined,
};

export const REASON: Reason = {
  code: 'SP3001',
  text: 'a person must agree',
  rule: 'policies.tools["*"]',
  source: 'c:1',
};

export function paramsOf(args: unknown, name = 'read'): Payload {
  return Payload.of(JSON.stringify({ name, arguments: args }));
}

/** A call with these arguments, as it would be sought for. */
export function soughtFor(args: unknown = { path: 'a' }, parts: Partial<Call> = {}, policy = 'test'): Sought {
  const params = paramsOf(args);
  return {
    call: callWith({ params, args: params.member('arguments'), ...parts }),
    params,
    shown: params,
    reason: REASON,
    policy,
  };
}

export function answerOf(parts: Partial<ApprovalAnswer> = {}): ApprovalAnswer {
  return {
    approved: true,
    scope: 'once',
    calls: 1,
    by: 'olga',
    channel: 'terminal',
    assurance: 'os-auth',
    why: undefined,
    ...parts,
  };
}

/** A channel that remembers what it was told. */
export class ChannelProbe implements ApprovalChannel {
  readonly name = 'desktop';
  isReachable = true;
  readonly open = new Map<string, PendingApproval>();
  readonly asked: PendingApproval[] = [];

  ask(pending: PendingApproval): void {
    this.asked.push(pending);
    this.open.set(pending.id, pending);
  }

  withdraw({ id }: PendingApproval): void {
    this.open.delete(id);
  }
}

/** A client that shows forms and answers when the test says so. */
export class ClientProbe {
  readonly forms: Payload[] = [];
  withdrawn = 0;
  #answered: ((result: Payload | undefined) => void) | undefined;

  get way(): ClientWay {
    return {
      kind: 'question',
      words: WORDS,
      put: (params, answered) => {
        this.forms.push(params);
        this.#answered = answered;
        return () => {
          this.withdrawn++;
          this.#answered = undefined;
        };
      },
    };
  }

  get isAsked(): boolean {
    return this.#answered !== undefined;
  }

  /** Answers the open form, as a client might also do twice. */
  says(decision: string | undefined, action = 'accept'): void {
    const text = JSON.stringify(decision === undefined ? { action } : { action, content: { decision } });
    this.#answered?.(Payload.of(text));
  }

  fails(): void {
    this.#answered?.(undefined);
  }
}

export interface SoundedCall {
  readonly sought: Sought;
  readonly heard: Sounded[];
  readonly beats: string[];
  cancel(): void;
}

interface Timer {
  readonly at: number;
  readonly work: () => void;
}

/** A desk with a clock and timers of its own. */
export class ApprovalsScene {
  readonly clock: FakeClock;
  readonly told: { readonly event: string; readonly fields: Readonly<Record<string, unknown>> }[] = [];
  readonly channel = new ChannelProbe();
  readonly store: ApprovalStore;
  readonly key: Buffer;
  settings: ApprovalsConfig = USUAL_APPROVALS;
  profile: 'balanced' | 'strict' = 'balanced';
  revision = 'test';
  effect: ToolEffect = { kind: 'write', flags: [], origin: 'guess' };
  /** How long somebody who is about to look is worth waiting for. */
  onlookersWithinMs = 0;
  desk: Desk;
  readonly #sessionsEnd: boolean;
  #timers: Timer[] = [];

  constructor(
    parts: {
      store?: ApprovalStore;
      key?: Buffer;
      clock?: FakeClock;
      sessionsEnd?: boolean;
      reachable?: boolean;
      revision?: string;
    } = {},
  ) {
    this.clock = parts.clock ?? new FakeClock();
    this.store = parts.store ?? new MemoryStore();
    this.key = parts.key ?? randomBytes(32);
    this.#sessionsEnd = parts.sessionsEnd ?? true;
    this.revision = parts.revision ?? 'test';
    this.channel.isReachable = parts.reachable ?? true;
    this.desk = this.open();
  }

  /** Another desk over the same store, as after a restart. */
  open(): Desk {
    this.desk = new Desk({
      clock: this.clock,
      key: this.key,
      store: this.store,
      mask: (text, name) => (name === 'password' ? '[masked]' : text.replaceAll('s3cret', '[masked]')),
      log: { write: () => {} },
      channels: [this.channel],
      onlookersWithinMs: () => this.onlookersWithinMs,
      sessionsEnd: this.#sessionsEnd,
      inForce: () => ({
        config: { approvals: this.settings, profile: this.profile, backends: [], homeDir: '/home/ana' },
        policy: {
          ...policyOf([]),
          revision: this.revision,
          about: () => ({ effect: this.effect, preset: undefined, dialect: undefined }),
        },
      }),
      tell: (event, fields) => void this.told.push({ event, fields }),
      after: (ms, work) => {
        const timer = { at: this.clock.monotonic() + ms, work };
        this.#timers.push(timer);
        return () => {
          this.#timers = this.#timers.filter((one) => one !== timer);
        };
      },
    });
    return this.desk;
  }

  /** Time passes, and what was to happen meanwhile happens in its order. */
  pass(ms: number): void {
    const end = this.clock.monotonic() + ms;
    for (;;) {
      const due = this.#nextUntil(end);
      if (due === undefined) break;
      this.#timers = this.#timers.filter((one) => one !== due);
      this.clock.pass(Math.max(0, due.at - this.clock.monotonic()));
      due.work();
    }
    this.clock.pass(end - this.clock.monotonic());
  }

  #nextUntil(end: number): Timer | undefined {
    let due: Timer | undefined;
    for (const timer of this.#timers) if (timer.at <= end && (due === undefined || timer.at < due.at)) due = timer;
    return due;
  }

  get timers(): number {
    return this.#timers.length;
  }

  seek(sought: Sought = soughtFor(), way: ClientWay = { kind: 'none' }): SoundedCall {
    const heard: Sounded[] = [];
    const beats: string[] = [];
    const seeker: Seeker = { way, beat: (message) => void beats.push(message) };
    const cancel = this.desk.seek(sought, seeker, (sounded) => void heard.push(sounded));
    return { sought, heard, beats, cancel };
  }

  events(name: string): readonly Readonly<Record<string, unknown>>[] {
    return this.told.filter(({ event }) => event === name).map(({ fields }) => fields);
  }
}

/** What taking the agreement a call was given answers: the agreement that was made use of, or why not. */
export function takenBy(
  { sought, heard }: SoundedCall,
  { call = sought.call, params = sought.params, policy = sought.policy } = {},
): string {
  const [sounded] = heard;
  if (sounded === undefined) return 'waits';
  if ('refused' in sounded) return sounded.refused.code;
  if ('round' in sounded) return 'round';
  const took = sounded.agreement.take(call, params, policy);
  return 'refused' in took ? took.refused.code : 'made';
}
