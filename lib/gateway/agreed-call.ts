import { createHash } from 'node:crypto';
import type { Agreed } from '../model/approvals.ts';
import type { Payload } from '../wire/payload.ts';

/** A call somebody has agreed to, as it was sent. */
export interface AgreedCall {
  /** Names its arguments and the policy that asked; see `markOf`. */
  readonly mark: string;
  readonly agreed: Agreed;
}

/** What is to be remembered of a call that is sent now, under this policy; nothing where nobody had to agree. */
export function agreedCall(
  { agreed, params }: { readonly agreed?: Agreed | undefined; readonly params: Payload | undefined },
  policy: string,
): AgreedCall | undefined {
  return agreed && { mark: markOf(params, policy), agreed };
}

/** What each round of a call carries anew. */
const OF_THE_ROUND: ReadonlySet<string> = new Set(['_meta', 'requestState', 'inputResponses']);

/**
 * The mark of a call that was sent with `params`. It is over the very bytes of all that is asked: what was written another
 * way, or with anything beside it, is asked about anew.
 */
export function markOf(params: Payload | undefined, policy: string): string {
  const hash = createHash('sha256').update(`${policy}\0`);
  for (const key of (params?.keys() ?? []).toSorted()) {
    if (OF_THE_ROUND.has(key)) continue;
    const bytes = params!.member(key)!.bytes();
    hash.update(`${JSON.stringify(key)} ${bytes.length}\0`).update(bytes);
  }
  return hash.digest('base64url');
}
