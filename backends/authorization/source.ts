import type { OnBehalf } from '../../lib/model/authorization.ts';
import type { ResourceMetadata } from './metadata.ts';
import type { Token } from './token.ts';

/** What a token is wanted for. */
export interface Wanted {
  readonly onBehalf: OnBehalf | undefined;
  /** More than the usual ones, because the backend asked for them. */
  readonly scopes: readonly string[];
  /** The backend does not take this one. */
  readonly instead: Token | undefined;
}

/** One way to come to tokens for a backend. */
export interface TokenSource {
  /** Under what tokens are kept: two callers share one only where it would be the same anyway. */
  accountOf(onBehalf: OnBehalf | undefined): string;
  /** Rejects with an `AuthorizationFault` or a `CredentialFault` where there can be none. */
  obtain(wanted: Wanted): Promise<Token>;
  /** The backend has said anew what it is. Rejects where it believes another authorization server now. */
  noteResource(resource: ResourceMetadata): Promise<void> | void;
}
