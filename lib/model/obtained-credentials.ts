import type { SecretSource } from './secret-source.ts';

/** By what the gateway proves to an authorization server which client it is. */
export type ClientProof =
  | { readonly kind: 'none' }
  | { readonly kind: 'secret'; readonly from: SecretSource }
  | { readonly kind: 'key'; readonly file: string };

/** A statement that somebody else has signed, and that is given for a token (RFC 7523, 2.1). */
export type GrantSource =
  /** The platform the gateway runs on hands it out: workload identity federation. */
  | { readonly kind: 'assertion'; readonly from: SecretSource }
  /** The identity provider of an enterprise gives one for what says who the user is (an ID-JAG). */
  | { readonly kind: 'identity_provider'; readonly provider: IdentityProviderConfig };

/** An identity provider, as far as statements about a user are asked of it (RFC 8693). */
export interface IdentityProviderConfig {
  readonly issuer: string | undefined;
  readonly tokenUrl: string | undefined;
  readonly clientId: string;
  readonly clientProof: ClientProof;
  readonly subjectToken: SecretSource;
  readonly subjectTokenType: string;
}

/** How tokens for a backend are obtained from the authorization server it believes. */
export interface ObtainedCredentials {
  /** `client_credentials`: the gateway for itself; `exchange`: for each caller; `oauth`: a user has agreed to it; `jwt_bearer`: `grant` is given for it. */
  readonly mode: 'client_credentials' | 'exchange' | 'oauth' | 'jwt_bearer';
  /** The only authorization server the client is known at; undefined: the one the backend names. */
  readonly issuer: string | undefined;
  /** Its token endpoint, where it publishes no metadata. */
  readonly tokenUrl: string | undefined;
  readonly clientId: string | undefined;
  readonly clientProof: ClientProof;
  /** Where a document about the client is published, which then is its id where the server knows of such documents. */
  readonly clientMetadataUrl: string | undefined;
  /** What the backend is called at the authorization server (RFC 8707). */
  readonly resource: string | undefined;
  /** The same in the words of RFC 8693. */
  readonly audience: string | undefined;
  /** Undefined: those the backend asks for. */
  readonly scopes: readonly string[] | undefined;
  /** Tokens are bound to a key of ours (RFC 9449). */
  readonly dpop: boolean;
  readonly subjectTokenType: string;
  /** For `jwt_bearer`, and only there. */
  readonly grant: GrantSource | undefined;
  /** Port a browser is sent back to; undefined: any that is free. */
  readonly redirectPort: number | undefined;
}
