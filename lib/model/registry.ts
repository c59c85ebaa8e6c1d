import type { Json } from './json.ts';
import type { ItemKind } from './offered.ts';
import type { EffectFlag, EffectKind } from './rules.ts';

export type { ItemKind };

export interface RegistryConfig {
  /** `tofu`: what is seen first is pinned. `strict`: only what somebody approved exists. */
  readonly pin: 'tofu' | 'strict' | 'off';
  /** Absolute path; undefined where every backend has a file of its own in the state folder (`wrap` without a config). */
  readonly lockfile: string | undefined;
  readonly onChange: 'block' | 'require_approval' | 'warn';
  /** Whether a changed tool may be called as it was approved. */
  readonly keepOld: boolean;
}

/** One definition as it was pinned. */
export interface LockedItem {
  readonly kind: ItemKind;
  /** The server's own name for it, URI or URI template. */
  readonly id: string;
  /** `sha256:` and the hash of `definition` in the form of RFC 8785. */
  readonly hash: string;
  readonly definition: Json;
  /** The same in the form of RFC 8785, with all digits of its numbers: what was hashed, and what is sent. */
  readonly text: string;
  /** What the operator says the tool does; undefined when nobody has said. */
  readonly effect?: { readonly kind: EffectKind; readonly flags: readonly EffectFlag[] };
  readonly approved?: Approval;
}

export interface Approval {
  /** `first use`, or the name of the user who reviewed it. */
  readonly by: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

/** What was launched, so that pins of one program are never taken for those of another. */
export interface LockedLaunch {
  /** Hash over program, arguments and folder, without stamps of files. */
  readonly fingerprint: string;
  readonly package?: { readonly name: string; readonly version?: string; readonly integrity?: string };
}

export interface LockedBackend {
  readonly launch: LockedLaunch;
  /** The answer to the handshake without `instructions`, and the era it was given in. */
  readonly server: { readonly era: 'legacy' | 'modern'; readonly result: Json };
  /** In the order of kind and id. */
  readonly items: readonly LockedItem[];
  /** Whoever vouches for all of the above: key id and Ed25519 signature over it in the form of RFC 8785, base64. */
  readonly seal?: { readonly key: string; readonly signature: string };
}

export interface Lockfile {
  readonly version: 1;
  readonly backends: Readonly<Record<string, LockedBackend>>;
}

/** Where a definition stands with its pin. */
export type Standing =
  /** As it was pinned. */
  | 'pinned'
  /** Never seen before, and nothing lets it in. */
  | 'new'
  /** Not what was pinned. */
  | 'changed'
  /** Pinned, and no longer offered. */
  | 'vanished'
  /** Inspection or its own text keeps it out. */
  | 'refused';
