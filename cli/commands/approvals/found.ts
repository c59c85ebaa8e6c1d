import { LocalFault } from '../../../backends/local/local-client.ts';
import type { PendingApproval } from '../../../lib/model/approval-desk.ts';
import type { Json } from '../../../lib/model/json.ts';
import { type Reached, reachGateways } from '../../local/gateways.ts';
import { underSudo } from '../../local/under-sudo.ts';
import { CommandError, EXIT, printError, shown } from '../../output/print.ts';

/** Which gateway is meant, where it is not all of them. */
export interface WhichOptions {
  /** The number of its process. */
  readonly gateway?: string;
}

/** A request that waits, and the gateway that holds it; undefined for what one has left that has ended. */
export interface Waiting {
  readonly at: Reached | undefined;
  readonly pending: PendingApproval;
}

export interface Waitings {
  readonly waiting: readonly Waiting[];
  /** Gateways that were asked. */
  readonly gateways: number;
  /** Requests that were counted and not listed. */
  readonly more: number;
}

/** Runs `work` with a connection to each gateway meant, and leaves them again. Says which could not be reached. */
export async function withGateways<T>(
  { gateway }: WhichOptions,
  work: (reached: readonly Reached[]) => Promise<T>,
): Promise<T> {
  const pid = pidOf(gateway);
  const { reached, missed } = await reachGateways(pid);
  const hint = reached.length === 0 ? underSudo(process.env) : undefined;
  if (hint !== undefined) printError(hint);
  for (const one of missed) printError(`gateway ${one.gateway.pid} cannot be reached: ${shown(one.why)}`);
  try {
    if (pid !== undefined && reached.length === 0) {
      const help = '`sallyport approvals list` shows those that run';
      throw new CommandError(`--gateway ${pid}: no such gateway can be reached; ${help}`, EXIT.unavailable);
    }
    return await work(reached);
  } catch (error) {
    if (error instanceof LocalFault) throw asCommandError(error);
    throw error;
  } finally {
    for (const { client } of reached) client.close();
  }
}

/** All that wait, in the order in which they were asked for. */
export async function waitingAt(reached: readonly Reached[], options: WhichOptions): Promise<Waitings> {
  const asked = reached.map(async (at) => {
    const { pending, more } = await at.client.ask('pending');
    const waiting = (pending as PendingApproval[]).map((one): Waiting => ({ at, pending: one }));
    return { waiting, more: more as number };
  });
  const answers = await Promise.all(asked);
  const left = (await leftBehind(options)).map((pending): Waiting => ({ at: undefined, pending }));
  return {
    waiting: [...answers.flatMap(({ waiting }) => waiting), ...left].sort(
      (a, b) => a.pending.askedMs - b.pending.askedMs,
    ),
    gateways: reached.length,
    more: answers.reduce((sum, { more }) => sum + more, 0),
  };
}

/** The one request of this name. Names are short, so that two gateways may have used the same. */
export async function theOne(
  id: string,
  reached: readonly Reached[],
  options: WhichOptions,
): Promise<Waiting | undefined> {
  const found: Waiting[] = [];
  for (const at of reached) {
    const pending = await shownBy(at, id);
    if (pending !== undefined) found.push({ at, pending });
  }
  if (found.length > 1) {
    const pids = found.map(({ at }) => at!.gateway.pid).join(' and ');
    throw new CommandError(`gateways ${pids} both have a request ${shown(id)}: say which with \`--gateway PID\``);
  }
  return found[0] ?? leftOne(id, options);
}

async function leftOne(id: string, options: WhichOptions): Promise<Waiting | undefined> {
  const pending = (await leftBehind(options)).find((one) => one.id === id.toUpperCase());
  return pending && { at: undefined, pending };
}

/** What gateways left that have ended; nothing where one that runs is meant. */
async function leftBehind({ gateway }: WhichOptions): Promise<readonly PendingApproval[]> {
  return gateway === undefined ? (await import('../../local/approvals-here.ts')).leftWaiting() : [];
}

/** What to say when nothing waits under a name. */
export function nothingWaits(id: string): CommandError {
  const help = '`sallyport approvals list` shows what waits';
  return new CommandError(`nothing waits under the name ${shown(id)}: it may have been answered, or given up; ${help}`);
}

async function shownBy({ client }: Reached, id: string): Promise<PendingApproval | undefined> {
  try {
    const answer: Json = await client.ask('show', { request: id.toUpperCase() });
    return answer.pending as PendingApproval;
  } catch (error) {
    if (error instanceof LocalFault && error.fault.kind === 'unknown') return undefined;
    throw error;
  }
}

function asCommandError({ fault: { kind, code, text } }: LocalFault): CommandError {
  const help = code === undefined ? '' : `; \`sallyport explain ${code}\` says more`;
  const exit = { malformed: EXIT.usage, unknown: EXIT.usage, refused: EXIT.denied, busy: EXIT.unavailable } as const;
  return new CommandError(
    `${code === undefined ? '' : `[${code}] `}${text}${help}`,
    kind === 'failed' ? EXIT.unavailable : exit[kind],
  );
}

function pidOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,9}$/.test(text)) return Number(text);
  throw new CommandError(`--gateway "${text}": write the number of its process, as \`approvals list\` shows it`);
}
