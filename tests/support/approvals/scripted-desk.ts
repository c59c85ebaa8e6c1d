import type { ApprovalAnswer, ApprovalDesk, GivenGrant, PendingApproval } from '../../../lib/model/approval-desk.ts';
import type { Reason } from '../../../lib/model/reason.ts';

export const DIGEST = 'ab'.repeat(32);

/** A request that waits, with `more` instead of what it would be. */
export function waiting(id: string, more: Partial<PendingApproval> = {}): PendingApproval {
  const now = Date.now();
  return {
    id,
    askedMs: now,
    expiresMs: now + 55_000,
    principal: 'alice',
    client: 'claude-code',
    action: 'tools/call',
    resource: 'github/delete_repo',
    effect: 'destructive',
    lines: ['owner: "acme"', 'repo: "web"'],
    isWhole: true,
    digest: DIGEST,
    reason: 'a rule wants a person to agree',
    rule: 'policies.tools[0]',
    source: 'sallyport.yaml:7',
    calls: 1,
    scopes: ['once', 'session', 'time'],
    covers: 'every call of this tool',
    needs: 'same-user',
    ...more,
  };
}

/** A desk on which what a test put lies until it is answered; it takes every answer, and `refuses` none. */
export class ScriptedDesk implements ApprovalDesk {
  readonly answers: (ApprovalAnswer & { readonly id: string })[] = [];
  readonly grants: GivenGrant[] = [];
  refuses: Reason | undefined;
  readonly #waiting = new Map<string, PendingApproval>();
  readonly #watchers = new Set<(change: 'asked' | 'ended', pending: PendingApproval) => void>();

  put(...all: readonly PendingApproval[]): this {
    for (const pending of all) {
      this.#waiting.set(pending.id, pending);
      for (const hear of this.#watchers) hear('asked', pending);
    }
    return this;
  }

  pending(): readonly PendingApproval[] {
    return [...this.#waiting.values()];
  }

  answer(id: string, answer: ApprovalAnswer): Reason | undefined {
    if (this.refuses !== undefined) return this.refuses;
    const pending = this.#waiting.get(id);
    if (pending === undefined) return { code: 'SP6006', text: 'nothing waits under this name' };
    this.#waiting.delete(id);
    this.answers.push({ id, ...answer });
    for (const hear of this.#watchers) hear('ended', pending);
    return undefined;
  }

  grant(given: GivenGrant): { readonly grant: string } | { readonly refused: Reason } {
    if (this.refuses !== undefined) return { refused: this.refuses };
    this.grants.push(given);
    return { grant: 'g-1' };
  }

  watch(hear: (change: 'asked' | 'ended', pending: PendingApproval) => void): () => void {
    this.#watchers.add(hear);
    return () => this.#watchers.delete(hear);
  }

  get watched(): boolean {
    return this.#watchers.size > 0;
  }
}
