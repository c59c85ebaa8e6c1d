import type { GrantScope } from './approvals.ts';

/** Ways to reach a person: the client's own form, whoever watches at a terminal, a notification, a message. */
export const APPROVAL_CHANNELS = ['client', 'terminal', 'desktop', 'slack', 'webhook', 'console'] as const;
export type ApprovalChannelName = (typeof APPROVAL_CHANNELS)[number];

/** The `approvals` section: how people are asked, and how far their answers reach. */
export interface ApprovalsConfig {
  /** All of them are asked at once. */
  readonly channels: readonly ApprovalChannelName[];
  /** Selectors of what the client may not answer itself. */
  readonly outOfBand: readonly string[];
  /** How long a call waits for an answer. */
  readonly timeoutMs: number;
  /** What becomes of a request nobody answered meanwhile: it goes on to wait without its call, or it is refused. */
  readonly onTimeout: 'pending' | 'deny';
  /** How long a request waits without its call, and an agreement for the call to be made again. */
  readonly grantTtlMs: number;
  readonly scopes: readonly GrantScope[];
  /** How long an agreement of the scope `time` holds. */
  readonly rememberMs: number;
  /** Names, or `role:NAME` for whoever answers in their client; undefined for anybody who is asked. */
  readonly approvers: readonly string[] | undefined;
  /** Whoever makes a call may not agree to it. */
  readonly separateApprover: boolean;
  /** Where Slack is told; a secret. */
  readonly slackWebhookUrl: string | undefined;
}
