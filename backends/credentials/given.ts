import type { Seeing } from '../egress/connector.ts';

/** What one start of a backend is given of its secrets. */
export interface Given {
  /** Variables of its environment: the secrets, or what stands for them. */
  readonly variables: Readonly<Record<string, string>>;
  /** Undefined when it has the secrets itself, or needs none. */
  readonly heldBack: HeldBack | undefined;
}

/** Secrets a backend never has. */
export interface HeldBack {
  /** Makes what puts them into its requests; `ownFolder` is a folder it can read, `variables` are its environment. */
  seeing(ownFolder: string, variables: Readonly<Record<string, string>>): Seen;
}

export interface Seen {
  readonly seeing: Seeing;
  /** Variables by which its programs trust the gateway. */
  readonly variables: Readonly<Record<string, string>>;
}

export const NOTHING_GIVEN: Given = { variables: {}, heldBack: undefined };
