import type { PendingApproval } from '../../lib/model/approval-desk.ts';
import { shown } from '../output/print.ts';

const MOST_LINE = 4000;

/** A request that waits, whole, for a person to read. */
export function pendingLines(pending: PendingApproval, nowMs: number): string[] {
  const { id, action, resource, effect, principal, client, reason, rule, source, needs, digest, covers } = pending;
  const from = [rule, source].filter((one) => one !== undefined).map((one) => shown(one));
  const lines = [
    `${shown(id)}  ${shown(action)} ${shown(resource)}${effect === '' ? '' : `  [${shown(effect)}]`}`,
    `  who     ${shown(principal)}, through ${shown(client)}`,
    `  why     ${shown(reason)}${from.length === 0 ? '' : ` (${from.join(', ')})`}`,
    `  waits   ${howManyWait(pending)}, ${timeLeft(pending, nowMs)}`,
    `  sha256  ${shown(digest)}`,
  ];
  if (needs !== 'in-band' && needs !== 'same-user') lines.push(`  needs   ${shown(needs)}`);
  if (covers !== undefined) lines.push(`  wider   ${shown(covers)}`);
  lines.push('  call', ...pending.lines.map((line) => `    ${shown(line, MOST_LINE)}`));
  if (!pending.isWhole)
    lines.push('  Not all of the call is shown: long values are cut, with their length and digest.');
  return lines;
}

/** How long it waits still, in words. */
export function timeLeft({ expiresMs }: PendingApproval, nowMs: number): string {
  const seconds = Math.round((expiresMs - nowMs) / 1000);
  if (seconds <= 0) return 'at its end';
  return seconds < 120 ? `${seconds} s left` : `${Math.round(seconds / 60)} min left`;
}

export function howManyWait({ calls }: PendingApproval): string {
  if (calls === 0) return 'no call: its client has left, and an answer is kept for the next one';
  return calls === 1 ? '1 call' : `${calls} calls like this`;
}

/** A request as programs read it. */
export function pendingJson(pending: PendingApproval, gateway: number | null): Record<string, unknown> {
  const { askedMs, expiresMs, ...rest } = pending;
  return { ...rest, asked: new Date(askedMs).toISOString(), expires: new Date(expiresMs).toISOString(), gateway };
}
