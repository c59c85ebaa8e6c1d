import type { ApprovalsConfig } from '../model/approvals-config.ts';

/**
 * Who may answer a request, and how long their answer is good. A request keeps them, so that it is answered by the rules of
 * the gateway that asked also where that gateway has ended.
 */
export type Terms = Pick<ApprovalsConfig, 'approvers' | 'separateApprover' | 'grantTtlMs' | 'rememberMs'>;

export function termsOf({ approvers, separateApprover, grantTtlMs, rememberMs }: ApprovalsConfig): Terms {
  return { approvers, separateApprover, grantTtlMs, rememberMs };
}
