import type { ClientCertificate } from './certificate.ts';

/** What came with a request that could prove who asks. All of it is untrusted but the certificate, which TLS has verified. */
export interface Presented {
  /**
   * The one credential and the scheme it came by: `bearer` and `dpop` of an Authorization header, `key` of X-API-Key,
   * `environment` and `message` of a client on standard input. Undefined when there is none, or more than one.
   */
  readonly credential: Credential | undefined;
  /** Something came that could be a credential and is none, or several came: nobody is to be proven by anything else then. */
  readonly isUnclear?: boolean | undefined;
  /** The lines of the DPoP header, as they were sent (RFC 9449, 4.1). */
  readonly proofs: readonly string[];
  /** Method and URL as the client saw them, without query; undefined where there is no HTTP, or nobody can tell. */
  readonly target: { readonly method: string; readonly url: string } | undefined;
  readonly certificate: ClientCertificate | undefined;
  /** Why the certificate that was shown is not believed, in the word TLS has for it; undefined when none was, or it is. */
  readonly mistrusted?: string | undefined;
  /** Where it comes from, as failures are counted: an address, or a network of one host; undefined without HTTP. */
  readonly source?: string | undefined;
  /** So much from there was wrong that nobody else is asked about it for a while; what is known to be right still counts. */
  readonly isLockedOut?: boolean | undefined;
}

export interface Credential {
  readonly scheme: 'bearer' | 'dpop' | 'key' | 'environment' | 'message';
  readonly text: string;
}
