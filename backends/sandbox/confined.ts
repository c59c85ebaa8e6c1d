import type { SandboxDriver } from '../../lib/model/sandbox.ts';
import type { EgressProxy } from '../egress/egress-proxy.ts';
import type { Command } from '../spawned.ts';
import type { Forwards } from './forwards.ts';

/** One start of a backend in its sandbox, ready to be made. */
export interface Confined {
  readonly command: Command;
  /** How the program was found. */
  readonly how: string;
  /** Undefined when it runs without a sandbox. */
  readonly driver: SandboxDriver | undefined;
  /** Takes the connections of what was started; to be ended with it. */
  readonly proxy: EgressProxy | undefined;
  readonly forwards: Forwards;
}
