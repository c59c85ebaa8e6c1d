import { parseDuration } from '../../../lib/config/words/units.ts';
import type { ApprovalAnswer, PendingApproval } from '../../../lib/model/approval-desk.ts';
import type { GrantScope } from '../../../lib/model/approvals.ts';
import { systemClock } from '../../../lib/model/clock.ts';
import { canAsk, confirmed } from '../../output/ask.ts';
import { CommandError, EXIT, print, printError, printJson, shown } from '../../output/print.ts';
import { pendingLines } from '../../views/pending.ts';
import { nothingWaits, theOne, type Waiting, type WhichOptions, withGateways } from './found.ts';

export interface AnswerOptions extends WhichOptions {
  readonly reason?: string;
  /** Says where the log is, for what no gateway records. */
  readonly config?: string;
  readonly json?: boolean;
}

export interface ApproveOptions extends AnswerOptions {
  readonly session?: boolean;
  readonly for?: string;
  readonly calls?: string;
  readonly yes?: boolean;
}

interface Wanted {
  readonly scope: GrantScope;
  readonly forMs: number | undefined;
  /** As many as were shown, when it is not said. */
  readonly calls: number | undefined;
}

const MOST_REASON = 500;

/** Shows the call, asks, and lets it be made. */
export async function approvalsApprove(id: string, options: ApproveOptions): Promise<number> {
  const wanted = wantedOf(options);
  checkReason(options.reason);
  if (options.yes !== true && !canAsk()) {
    throw new CommandError(
      'what is approved is shown and asked about at a terminal; `--yes` agrees without being asked',
    );
  }
  return withGateways(options, async (reached) => {
    const found = await theOne(id, reached, options);
    if (found === undefined) throw nothingWaits(id);
    const { pending } = found;
    checkScope(wanted.scope, pending);
    if (options.json !== true) printError(pendingLines(pending, systemClock.now()).join('\n'));
    if (options.yes !== true && !(await confirmed(questionOf(wanted, pending)))) {
      print('Nothing was answered: the request still waits.');
      return EXIT.pending;
    }
    const calls = Math.min(wanted.calls ?? pending.calls, Math.max(1, pending.calls));
    const answer = { approved: true, scope: wanted.scope, calls: Math.max(1, calls), forMs: wanted.forMs };
    const { by, assurance } = await answered(found, answer, options);
    if (options.json === true) printJson({ ok: true, id: pending.id, ...answer, by, assurance });
    else print(`Approved ${shown(pending.id)}, as ${shown(String(by))} (${shown(String(assurance))}).`);
    return EXIT.ok;
  });
}

/** Refuses the call and all like it that wait. */
export async function approvalsDeny(id: string, options: AnswerOptions): Promise<number> {
  checkReason(options.reason);
  return withGateways(options, async (reached) => {
    const found = await theOne(id, reached, options);
    if (found === undefined) throw nothingWaits(id);
    const { pending } = found;
    const answer = { approved: false, scope: 'once' as const, calls: Math.max(1, pending.calls) };
    const { by, assurance } = await answered(found, answer, options);
    if (options.json === true) printJson({ ok: true, id: pending.id, ...answer, by, assurance });
    else print(`Denied ${shown(pending.id)}, as ${shown(String(by))} (${shown(String(assurance))}).`);
    return EXIT.ok;
  });
}

/** Brings an answer to the gateway that asked, or puts it where the next one looks. Answers who gave it. */
async function answered(
  { at, pending }: Waiting,
  answer: Pick<ApprovalAnswer, 'approved' | 'scope' | 'calls' | 'forMs'>,
  { reason: why, config }: AnswerOptions,
): Promise<Readonly<Record<'by' | 'assurance', unknown>>> {
  if (at !== undefined) {
    const { by, assurance } = await at.client.insist('answer', {
      request: pending.id,
      digest: pending.digest,
      why,
      ...answer,
    });
    return { by, assurance };
  }
  const { configOfLog, doneHere } = await import('../../local/approvals-here.ts');
  const { who } = await doneHere(
    await configOfLog(config),
    { verb: 'answer', subject: pending.id },
    (left, whoever) => {
      const refused = left.answer(pending.id, pending.digest, { ...answer, ...whoever, channel: 'terminal', why });
      return refused === undefined ? undefined : { refused };
    },
  );
  return { ...who };
}

export function checkReason(reason: string | undefined): void {
  if (reason !== undefined && reason.length > MOST_REASON) {
    throw new CommandError(`a reason must not be longer than ${MOST_REASON} characters`);
  }
}

/** A duration of the command line, in milliseconds. */
export function durationOf(flag: string, text: string): number {
  const ms = parseDuration(text);
  if (ms === undefined || ms < 1) throw new CommandError(`${flag} "${text}": write a duration such as 10m or 1h`);
  return ms;
}

function wantedOf(options: ApproveOptions): Wanted {
  if (options.session === true && options.for !== undefined) {
    throw new CommandError('`--session` and `--for` are two different ends: choose one');
  }
  const forMs = options.for === undefined ? undefined : durationOf('--for', options.for);
  const scope = options.session === true ? 'session' : forMs === undefined ? 'once' : 'time';
  return { scope, forMs, calls: options.calls === undefined ? undefined : countOf(options.calls) };
}

function countOf(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new CommandError(`--calls "${text}": write how many of the calls that wait may be made, 1 or more`);
}

function checkScope(scope: GrantScope, { scopes, id }: PendingApproval): void {
  if (scopes.includes(scope)) return;
  const flag = { once: 'no flag', session: '`--session`', time: '`--for`' }[scope];
  const possible = scopes.map((one) => shown(one)).join(', ');
  throw new CommandError(`${flag} is not possible for ${shown(id)}: it can be approved for ${possible}`);
}

function questionOf({ scope, calls, forMs }: Wanted, pending: PendingApproval): string {
  const many = Math.min(calls ?? pending.calls, pending.calls);
  if (scope === 'session') return `Approve this, and ${coveredBy(pending)} until its session ends?`;
  if (scope === 'time') return `Approve this, and ${coveredBy(pending)} for ${Math.round(forMs! / 1000)} s?`;
  return many > 1 ? `Approve ${many} calls exactly like this?` : 'Approve this call?';
}

function coveredBy({ covers }: PendingApproval): string {
  return covers === undefined ? 'every call like it' : shown(covers);
}
