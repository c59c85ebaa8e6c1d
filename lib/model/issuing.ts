/** Tokens this gateway makes itself. */
export interface TokensConfig {
  /** `iss`: the name under which others believe them. */
  readonly issuer: string;
  /** PEM file with the keys they are signed with, the newest first. */
  readonly keyFile: string;
}
