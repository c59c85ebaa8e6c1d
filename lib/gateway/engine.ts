import type { AuditLog } from '../model/audit.ts';
import type { Clock } from '../model/clock.ts';
import type { Config } from '../model/config.ts';
import type { Ids } from '../model/ids.ts';
import type { Log } from '../model/log.ts';
import type { Policy } from '../policy/policy.ts';
import type { NameTable } from '../protocol/names.ts';
import type { Seal } from '../protocol/seal.ts';
import type { Backend } from './backend.ts';
import type { Changes } from './changes.ts';
import type { Session } from './session.ts';
import type { Turn } from './turn.ts';

/** What the parts of a running gateway may ask of the whole. */
export interface Engine {
  readonly version: string;
  /** The policy and its settings in force now; an exchange keeps the one it began with. */
  readonly config: Config;
  readonly policy: Policy;
  readonly turn: Turn;
  readonly audit: AuditLog;
  readonly log: Log;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly seal: Seal;
  /** In the order of the config, which is the order of every merged list. */
  readonly backends: readonly Backend[];
  readonly sessions: ReadonlySet<Session>;
  readonly toolNames: NameTable;
  readonly promptNames: NameTable;
  readonly changes: Changes;
  /** Whether backend names stand in front of tools, prompts and URIs. */
  readonly prefixed: boolean;
  /** Whether every configured backend speaks the modern era. */
  readonly modern: boolean;
  backend(name: string): Backend | undefined;
  /** Time is kept from now on, because something waits for an answer. */
  wake(): void;
}
