import type { Assurance, GrantScope } from './approvals.ts';
import type { Reason } from './reason.ts';

/** A request that waits for a person, as whoever answers it sees it. All text is printable, and secrets are masked. */
export interface PendingApproval {
  /** Four to eight letters and digits, to be said and typed: it is a name and opens nothing. */
  readonly id: string;
  readonly askedMs: number;
  /** When nobody waits any more. */
  readonly expiresMs: number;
  /** Whose call it is, and through which client program. */
  readonly principal: string;
  readonly client: string;
  /** The MCP method, and `backend/tool`, as policy names it. */
  readonly action: string;
  readonly resource: string;
  /** What the tool does to the world, such as `destructive external`; empty where nobody knows. */
  readonly effect: string;
  /** The call, one line each: every argument with its value, long ones with head, tail, length and digest. */
  readonly lines: readonly string[];
  /** Whether the lines show all of it. */
  readonly isWhole: boolean;
  /** Hex SHA-256 of what the backend would be sent. */
  readonly digest: string;
  readonly reason: string;
  readonly rule: string | undefined;
  readonly source: string | undefined;
  /** Calls exactly like this that wait now; none when their client is gone and an agreement would wait for the next one. */
  readonly calls: number;
  /** How far an answer may reach, and what a wider one would cover, in words. */
  readonly scopes: readonly GrantScope[];
  readonly covers: string | undefined;
  /** The least assurance an answer needs. */
  readonly needs: Assurance;
}

/** What a person said. */
export interface ApprovalAnswer {
  readonly approved: boolean;
  readonly scope: GrantScope;
  /** Of how many like calls they were told: `once` is good for no more. */
  readonly calls: number;
  readonly by: string;
  /** `client`, `terminal`, `slack`, `webhook`, `command`. */
  readonly channel: string;
  readonly assurance: Assurance;
  readonly why: string | undefined;
  /** For the scope `time`. */
  readonly forMs?: number | undefined;
}

/** An agreement given before anybody asked, for a place where nobody can be asked. */
export interface GivenGrant {
  readonly resource: string;
  /** Hex SHA-256 as `PendingApproval` shows it; undefined for any arguments. */
  readonly digest: string | undefined;
  readonly ttlMs: number;
  readonly by: string;
  readonly why: string;
  readonly assurance: Assurance;
}

/** Whether somebody could answer who watches [person], or only counts [program]: where nobody could, nobody is waited for. */
export type Onlooker = 'person' | 'program';

/** Where requests are answered, whoever brings the answer. */
export interface ApprovalDesk {
  pending(): readonly PendingApproval[];
  /** Undefined when the answer counts, else why it does not. */
  answer(id: string, answer: ApprovalAnswer): Reason | undefined;
  grant(given: GivenGrant): { readonly grant: string } | { readonly refused: Reason };
  /** Hears of requests that begin to wait and no longer do. What this answers ends that. */
  watch(hear: (change: 'asked' | 'ended', pending: PendingApproval) => void, as?: Onlooker): () => void;
}

/** A way to tell people that a request waits, besides the client it came from. It never waits for anybody. */
export interface ApprovalChannel {
  readonly name: string;
  /** Whether anybody would hear of it now. */
  readonly isReachable: boolean;
  ask(pending: PendingApproval): void;
  /** It was answered elsewhere, or nobody waits any more. */
  withdraw(pending: PendingApproval): void;
}
