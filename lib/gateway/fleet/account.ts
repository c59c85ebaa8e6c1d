import type { McpBackend } from '../backend/backend.ts';
import { ParkedCalls } from '../bridge/parked-calls.ts';
import { FinishedTasks } from '../finished-tasks.ts';
import { IssuedStates } from '../issued-states.ts';
import type { Account } from '../ports.ts';

/** The backends one client works with: those of its own, and those its principal's clients share. */
export interface Fleet {
  readonly backends: readonly McpBackend[];
  /** When it was last used, in monotonic milliseconds. */
  lastUsed: number;
  /** Clients that use it now. */
  users: number;
}

/** What the gateway keeps for one principal, over all of its clients. Nothing in it is ever another's. */
export class PrincipalAccount implements Account {
  readonly subject: string;
  readonly states = new IssuedStates();
  readonly parked = new ParkedCalls();
  readonly finished = new FinishedTasks();
  running = 0;
  /** Backends all clients of the principal use together, by name: those whose every request stands for itself. */
  readonly shared = new Map<string, McpBackend>();
  /** Fleets of clients without a session, by what such a client can do. */
  readonly fleets = new Map<string, Fleet>();
  /** Sessions and single requests that are open now. */
  open = 0;
  /** When it was last used, in monotonic milliseconds. */
  lastUsed = 0;

  constructor(subject: string) {
    this.subject = subject;
  }
}
