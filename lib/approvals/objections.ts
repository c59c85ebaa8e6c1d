import type { ApprovalAnswer, GivenGrant } from '../model/approval-desk.ts';
import { compileGlob } from '../policy/glob.ts';
import { isEnough, type Matter } from './matter.ts';
import type { Terms } from './terms.ts';

type Approvers = Pick<Terms, 'approvers' | 'separateApprover'>;

/** Grants that are given unasked last no longer. */
const MOST_GIVEN_MS = 24 * 3_600_000;

/** Why nobody of this name may answer for a call of `subject`; undefined when they may. */
export function objectionTo(by: string, subject: string | undefined, approvals: Approvers): string | undefined {
  if (approvals.separateApprover && by === subject) return 'whoever makes a call may not agree to it';
  if (approvals.approvers === undefined) return undefined;
  const named = approvals.approvers.filter((entry) => !entry.startsWith('role:'));
  return named.some((entry) => compileGlob(entry, 'anything')(by)) ? undefined : 'they are not among the approvers';
}

/** Why an agreement does not count. A refusal counts whoever says it: it opens nothing. */
export function objectionToAnswer(
  answer: ApprovalAnswer,
  { subject, shown: { needs, scopes } }: Matter,
  approvals: Approvers,
): string | undefined {
  if (!answer.approved) return undefined;
  const who = objectionTo(answer.by, subject, approvals);
  if (who !== undefined) return who;
  if (!isEnough(answer.assurance, needs)) return `it needs ${needs} or better`;
  return scopes.includes(answer.scope) ? undefined : `the scope ${answer.scope} is not offered`;
}

/** Why a grant may not be given unasked. */
export function objectionToGiven(
  { resource, digest, ttlMs, by, why }: GivenGrant,
  approvals: Approvers,
): string | undefined {
  if (why.trim() === '') return 'a reason is needed';
  if (!/^[^/]+\/./.test(resource)) return 'name the tool as backend/tool';
  if (digest !== undefined && !/^[0-9a-f]{64}$/.test(digest)) return 'the digest is no SHA-256';
  if (!(ttlMs > 0 && ttlMs <= MOST_GIVEN_MS)) return 'it may last for a day at most';
  return objectionTo(by, undefined, approvals);
}
