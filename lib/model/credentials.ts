import type { ObtainedCredentials } from './obtained-credentials.ts';
import type { SecretSource } from './secret-source.ts';

/** A secret a backend works with, by the variable it reads it from. */
export interface CredentialVariable {
  readonly name: string;
  readonly from: SecretSource;
  /** Hosts a held-back secret is sent to: `host` for the ports of the web, or `host:port`. */
  readonly hosts: readonly string[];
  /** How the placeholder begins. */
  readonly like: string;
}

/** Requests carry tokens that this gateway signs for each of them. */
export interface MintConfig {
  readonly mode: 'mint';
  /** `aud` of the tokens. */
  readonly audience: string;
  readonly ttlMs: number;
  /** Tokens are bound to a key of this process, and each request proves that it has it (RFC 9449). */
  readonly dpop: boolean;
  readonly scopes: readonly string[];
}

/** How requests to a backend elsewhere are authorized, one by one. */
export type RequestAuthorization = MintConfig | ObtainedCredentials;

export interface CredentialsConfig {
  /** `proxy`: the backend gets placeholders, and the egress proxy puts the secrets into its requests. */
  readonly inject: 'env' | 'proxy';
  readonly variables: readonly CredentialVariable[];
  /** Undefined where its `headers` are all a backend is sent. */
  readonly authorization: RequestAuthorization | undefined;
}

/** A secret of a backend could not be had, so it is not started; `fix` is the next step. Neither holds any of it. */
export class CredentialFault extends Error {
  readonly fix: string;

  constructor(message: string, fix: string) {
    super(message);
    this.fix = fix;
  }
}
