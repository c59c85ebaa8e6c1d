/** The certificate a client showed, after TLS has verified it against the authorities of the config. */
export interface ClientCertificate {
  /** SHA-256 over its DER form, 64 lower-case hex digits; in base64url it is `x5t#S256` (RFC 8705, 3.1). */
  readonly fingerprint: string;
  /** URIs of its subject alternative name. */
  readonly uris: readonly string[];
  /** DNS names and mail addresses of its subject alternative name. */
  readonly names: readonly string[];
  /** Name of the authority that issued it. */
  readonly issuer: string;
  readonly notBeforeMs: number;
  readonly expiresMs: number;
}
