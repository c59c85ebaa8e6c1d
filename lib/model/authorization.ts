import type { Code } from './codes.ts';
import type { Identity } from './principal.ts';

/** The call on whose behalf a request is made to a backend elsewhere; absent for what the gateway asks on its own. */
export interface OnBehalf {
  readonly identity: Identity;
  /** Decision id, the same as in the log; undefined where the gateway keeps up what a call of theirs began. */
  readonly decision: string | undefined;
  /** The MCP method. */
  readonly action: string;
  /** `backend/tool`, `backend/prompt` or `backend/uri`; undefined for what is about no single thing. */
  readonly resource: string | undefined;
}

/** One HTTP request to a backend, as far as its authorization depends on it. */
export interface Outgoing {
  readonly method: string;
  readonly url: URL;
  readonly onBehalf: OnBehalf | undefined;
}

/** What a server said when it refused a request. */
export interface Refusal {
  readonly status: 401 | 403 | 400;
  /** The lines of `WWW-Authenticate`. */
  readonly challenges: readonly string[];
  readonly dpopNonce: string | undefined;
}

/**
 * How requests to one backend are authorized. What a caller has shown us is never in it: a token for the backend is made,
 * exchanged or obtained by the gateway itself.
 */
export interface Authorization {
  /** Headers of one request, names and values in turn. A rejection or a throw of {@link AuthorizationFault} ends the request unsent. */
  headers(outgoing: Outgoing): readonly string[] | Promise<readonly string[]>;
  /** Whether the request may be made once more with new headers, because of what was said. */
  refused(outgoing: Outgoing, refusal: Refusal): boolean | Promise<boolean>;
  /** A fresh nonce came with a good answer (RFC 9449, 8.2). */
  nonce?(url: URL, nonce: string): void;
}

/** A request cannot be authorized; `fix` is the next step for a person. Neither holds anything secret. */
export class AuthorizationFault extends Error {
  readonly fix: string;
  readonly code: Code;

  constructor(message: string, fix: string, code: Code = 'SP5017') {
    super(message);
    this.fix = fix;
    this.code = code;
  }
}
