import type { Presented } from '../../../lib/identity/presented.ts';
import type { Outcome, Proven, Prover } from '../../../lib/identity/proven.ts';

/** What a token of {@link PlainTokens} says. */
export interface PlainToken {
  readonly sub: string;
  /** The client, where it is not the subject. */
  readonly client?: string;
  readonly scopes?: readonly string[];
  readonly roles?: readonly string[];
  readonly expiresMs?: number;
  readonly jkt?: string;
}

/** A token that says who somebody is in plain text, for tests of what comes after it was verified. */
export function plainToken(token: PlainToken): string {
  return `plain.${Buffer.from(JSON.stringify(token)).toString('base64url')}`;
}

/** Believes every plain token that was not taken back. */
export class PlainTokens implements Prover {
  readonly revoked = new Set<string>();
  /** The authorization server cannot be reached. */
  isDown = false;
  /** Answers later, as somebody does who asks elsewhere. */
  isSlow = false;
  asked = 0;

  prove({ credential }: Presented): Outcome | undefined | Promise<Outcome> {
    if (credential?.text.startsWith('plain.') !== true) return undefined;
    this.asked++;
    const outcome = this.#outcome(credential.text);
    return this.isSlow ? new Promise((resolve) => setImmediate(() => resolve(outcome))) : outcome;
  }

  honours({ credential }: Proven): boolean {
    return credential.startsWith('plain.') && !this.revoked.has(credential);
  }

  #outcome(text: string): Outcome {
    if (this.isDown) return { code: 'SP2011', reason: 'not to be reached', challenge: 'unavailable' };
    if (this.revoked.has(text)) return { code: 'SP2008', reason: 'taken back', challenge: 'invalid_token' };
    const token = read(text);
    if (token === undefined) return { code: 'SP2008', reason: 'unreadable', challenge: 'invalid_token' };
    const { sub, client = sub, scopes, roles = [], expiresMs, jkt } = token;
    const identity = {
      subject: sub,
      clientId: client,
      roles,
      scopes,
      proof: 'jwt',
      issuer: 'https://idp.example',
    } as const;
    return { identity, credential: text, expiresMs, ...(jkt === undefined ? {} : { boundTo: { jkt } }) };
  }
}

function read(text: string): PlainToken | undefined {
  try {
    const token = JSON.parse(Buffer.from(text.slice('plain.'.length), 'base64url').toString()) as PlainToken;
    return typeof token.sub === 'string' ? token : undefined;
  } catch {
    return undefined;
  }
}

/** The headers of a client with such a token. */
export function bearing(token: PlainToken): { readonly Authorization: string } {
  return { Authorization: `Bearer ${plainToken(token)}` };
}
