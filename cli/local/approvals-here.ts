import { hasApprovalFiles, openApprovalFiles } from '../../backends/approvals/approval-files.ts';
import { ownPeer, ownStanding } from '../../backends/local/own-standing.ts';
import { seenClients } from '../../backends/local/seen-clients.ts';
import { LeftRequests } from '../../lib/approvals/left-requests.ts';
import { AuditWriter } from '../../lib/audit/writer.ts';
import { folders } from '../../lib/config/folders.ts';
import { usableStateDir } from '../../lib/config/state-dir.ts';
import type { PendingApproval } from '../../lib/model/approval-desk.ts';
import type { Assurance } from '../../lib/model/approvals.ts';
import { systemClock } from '../../lib/model/clock.ts';
import type { Config } from '../../lib/model/config.ts';
import type { Log } from '../../lib/model/log.ts';
import type { Reason } from '../../lib/model/reason.ts';
import { openCovering } from '../audit/covering.ts';
import { osUser } from '../identity/os-user.ts';
import { maskFor } from '../output/known-secrets.ts';
import { CommandError, EXIT, printError, shown } from '../output/print.ts';
import { readConfig } from '../read-config.ts';
import { runningGateways } from './gateways.ts';

/** Who does something here, and how sure it is that a person does. */
export interface Whoever {
  readonly by: string;
  readonly assurance: Assurance;
}

export interface Deed {
  readonly verb: 'answer' | 'grant';
  /** What it is about: a request, or a tool. */
  readonly subject: string;
}

type LogConfig = Pick<Config, 'audit' | 'revision' | 'secrets'>;

const UNHEARD: Log = { write: () => {} };

/** What gateways that have ended left waiting. Nothing is made to look at it. */
export function leftWaiting(): readonly PendingApproval[] {
  const stateDir = usableStateDir(folders());
  if (!hasApprovalFiles(stateDir)) return [];
  const ground = { clock: systemClock, tell: () => {}, recorded: () => false };
  return new LeftRequests({ ...ground, ...openApprovalFiles(stateDir, UNHEARD) }).pending();
}

/** Where what is answered is recorded, by the config in force here; one for wrapped servers names no backend. */
export async function configOfLog(config: string | undefined): Promise<LogConfig> {
  return (await readConfig({ config, overrides: { only: { name: 'none', command: 'none' } } })).config;
}

/**
 * Does what a gateway would do that somebody speaks to, where none does: finds out who we are, has the log say what is done
 * before it counts, and keeps it where gateways look. What cannot be kept or may not be done is an error of the command.
 */
export async function doneHere<T>(
  config: LogConfig,
  deed: Deed,
  work: (left: LeftRequests, who: Whoever) => T | { readonly refused: Reason },
): Promise<{ readonly done: T; readonly who: Whoever }> {
  const stateDir = usableStateDir(folders());
  const audit = await auditOf(config);
  try {
    const who = await whoever(stateDir, deed, audit);
    const problems: string[] = [];
    const keeping: Log = { write: (_level, _event, fields) => void problems.push(String(fields?.why)) };
    const unkept = () => {
      if (problems.length > 0) throw new CommandError(`nothing can be kept: ${problems[0]}`, EXIT.unavailable);
    };
    const files = openApprovalFiles(stateDir, keeping);
    unkept();
    const tell = (event: string, fields: Readonly<Record<string, unknown>>) => audit.event(event, fields);
    const recorded = () => recordedBy(audit);
    const done = work(new LeftRequests({ clock: systemClock, ...files, tell, recorded }), who);
    unkept();
    if (isRefused(done)) throw refusal(done.refused);
    return { done, who };
  } finally {
    audit.close();
  }
}

async function whoever(stateDir: string, { verb, subject }: Deed, audit: AuditWriter): Promise<Whoever> {
  const gateways = runningGateways().map(([gateway]) => gateway);
  const ownUid = process.getuid?.() ?? -1;
  const around = { gateways, clients: seenClients(stateDir), env: process.env, ownUid };
  const standing = ownStanding(await ownPeer(), around, verb === 'grant');
  if ('assurance' in standing) return { by: osUser(), assurance: standing.assurance };
  const why = standing.refused;
  audit.event('local_request_refused', { verb, subject, why, pid: process.pid, code: 'SP6008' });
  recordedBy(audit);
  throw refusal({ code: 'SP6008', text: `only a person at a terminal may do this: ${why}` });
}

async function auditOf({ audit: config, revision, secrets }: LogConfig): Promise<AuditWriter> {
  const log: Log = { write: (_level, event, { why } = {}) => printError(`${event}: ${shown(String(why ?? ''))}`) };
  const mask = maskFor(secrets);
  const covering = await openCovering(config, { clock: systemClock, log, audit: () => writer });
  const writer: AuditWriter = new AuditWriter({ config, revision }, { clock: systemClock, log, mask, covering });
  return writer;
}

function recordedBy(audit: AuditWriter): boolean {
  return audit.commit() || !audit.blocksOnFailure;
}

function isRefused(done: unknown): done is { readonly refused: Reason } {
  return typeof done === 'object' && done !== null && 'refused' in done;
}

function refusal({ code, text }: Reason): CommandError {
  const exit = code === 'SP6006' ? EXIT.usage : code === 'SP7001' ? EXIT.unavailable : EXIT.denied;
  return new CommandError(`[${code}] ${text}; \`sallyport explain ${code}\` says more`, exit);
}
