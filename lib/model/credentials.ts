/** Where a secret comes from; what changes is asked for at every start of the backend. */
export type SecretSource =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'command'; readonly command: readonly string[] };

/** A secret a backend works with, by the variable it reads it from. */
export interface CredentialVariable {
  readonly name: string;
  readonly from: SecretSource;
  /** Hosts a held-back secret is sent to: `host` for the ports of the web, or `host:port`. */
  readonly hosts: readonly string[];
  /** How the placeholder begins. */
  readonly like: string;
}

export interface CredentialsConfig {
  /** `proxy`: the backend gets placeholders, and the egress proxy puts the secrets into its requests. */
  readonly inject: 'env' | 'proxy';
  readonly variables: readonly CredentialVariable[];
}

/** A secret of a backend could not be had, so it is not started; `fix` is the next step. Neither holds any of it. */
export class CredentialFault extends Error {
  readonly fix: string;

  constructor(message: string, fix: string) {
    super(message);
    this.fix = fix;
  }
}
