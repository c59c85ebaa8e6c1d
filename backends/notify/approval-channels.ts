import { randomUUID } from 'node:crypto';
import type { ApprovalChannel, PendingApproval } from '../../lib/model/approval-desk.ts';
import type { Config } from '../../lib/model/config.ts';
import type { Notice, NoticeType, Notifier } from '../../lib/model/notice.ts';
import { deliveriesTo, desktopSink, type SinksGround, sinksOf } from './sinks.ts';

/** How long what is queued may take at the end. */
const CLOSING_MS = 2000;
const MOST_LINES = 20;

/** A channel that has notices under way when the gateway ends. */
export interface NotifyingChannel extends ApprovalChannel {
  /** Ends it; what is queued has two seconds, and what is left is said in the log. */
  close(): Promise<void>;
}

/**
 * The channels of approvals that only tell people: `desktop`, and `slack` and `webhook` where `notify` has them. Which of them
 * are used is for the config of approvals to say. None of them ever answers: who is told does, at a terminal.
 */
export function approvalChannels(
  { notify, approvals }: Pick<Config, 'approvals' | 'notify'>,
  ground: SinksGround,
): readonly NotifyingChannel[] {
  const { webhook } = notify;
  const url = approvals.slackWebhookUrl;
  const slack = url === undefined ? notify.slack : { url, allowPrivate: notify.slack?.allowPrivate ?? false };
  const sinks = [...sinksOf({ webhook, slack, pagerduty: undefined, desktop: false }, ground).values()];
  return [desktopSink(ground.mask), ...sinks].map((sink) => {
    const deliveries = deliveriesTo(sink, ground);
    // Another notification beside the first would only be one more to be closed.
    const tellsOfEnds = sink.name !== 'desktop';
    return new TellingChannel(deliveries, ground, tellsOfEnds, () => deliveries.close(CLOSING_MS));
  });
}

class TellingChannel implements NotifyingChannel {
  readonly #notifier: Notifier;
  readonly #ground: SinksGround;
  readonly #tellsOfEnds: boolean;
  readonly close: () => Promise<void>;

  constructor(notifier: Notifier, ground: SinksGround, tellsOfEnds: boolean, close: () => Promise<void>) {
    this.#notifier = notifier;
    this.#ground = ground;
    this.#tellsOfEnds = tellsOfEnds;
    this.close = close;
  }

  get name(): string {
    return this.#notifier.name;
  }

  get isReachable(): boolean {
    return this.#notifier.isReachable;
  }

  ask(pending: PendingApproval): void {
    const lines = [
      `Reason: ${pending.reason}`,
      ...(pending.rule === undefined ? [] : [`Rule: ${pending.rule} (${pending.source ?? 'built in'})`]),
      ...(pending.effect === '' ? [] : [`Effect: ${pending.effect}`]),
      ...pending.lines.slice(0, MOST_LINES),
      ...(pending.lines.length > MOST_LINES ? [`… and ${pending.lines.length - MOST_LINES} more lines`] : []),
      `Until: ${new Date(pending.expiresMs).toISOString()}`,
      `Answer at a terminal: sallyport approvals show ${pending.id}`,
    ];
    const title = `${asker(pending)} wants ${pending.resource} (${pending.id})`;
    this.#tell('approval.asked', pending, title, lines, pending.expiresMs);
  }

  withdraw(pending: PendingApproval): void {
    if (!this.#tellsOfEnds) return;
    const title = `No answer is needed any more: ${pending.resource} for ${asker(pending)} (${pending.id})`;
    this.#tell('approval.ended', pending, title, []);
  }

  #tell(type: NoticeType, pending: PendingApproval, title: string, lines: readonly string[], untilMs?: number): void {
    const { clock, mask } = this.#ground;
    const notice: Notice = {
      id: `msg_${randomUUID()}`,
      type,
      atMs: clock.now(),
      untilMs,
      key: `approval/${pending.id}/${pending.askedMs}`,
      severity: 'medium',
      title: mask(title),
      lines: lines.map((line) => mask(line)),
      data: dataOf(pending),
    };
    this.#notifier.tell(notice);
  }
}

function asker({ principal, client }: PendingApproval): string {
  return client === '' || client === principal ? principal : `${principal} by ${client}`;
}

/** What a program needs to find the request and to show it; how it is answered is no program's business. */
function dataOf(pending: PendingApproval): Readonly<Record<string, unknown>> {
  const { id, principal, client, action, resource, effect, digest, isWhole, reason, rule, source, needs } = pending;
  const times = { asked: new Date(pending.askedMs).toISOString(), expires: new Date(pending.expiresMs).toISOString() };
  const why = { reason, ...(rule === undefined ? {} : { rule }), ...(source === undefined ? {} : { source }) };
  return { approval: id, principal, client, action, resource, effect, digest, whole: isWhole, ...why, needs, ...times };
}
