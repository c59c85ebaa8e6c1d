/** Where a secret comes from; what changes is asked for at every start of the backend. */
export type SecretSource =
  | { readonly kind: 'value'; readonly value: string }
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'command'; readonly command: readonly string[] }
  | { readonly kind: 'keychain'; readonly service: string; readonly account: string };
