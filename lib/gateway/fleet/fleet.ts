import type { BackendConfig } from '../../model/config.ts';
import { type Era, erasToTry } from '../../model/era.ts';
import type { Server } from '../../model/server.ts';
import { McpBackend } from '../backend/backend.ts';
import { ProcessLanes } from '../bridge/lanes.ts';
import type { Engine } from '../ports.ts';
import { TaskOwners } from '../task-owners.ts';
import type { Fleet, PrincipalAccount } from './account.ts';

const TERM_MS = 300;
const KILL_MS = 700;

/** Makes the adapter that reaches a configured backend for the principal `owner`; each call makes one more. */
export type MakeServer = (config: BackendConfig, owner: string) => Server;

/** Makes fleets and knows every backend there is. */
export class Fleets {
  /** Every backend that is in some fleet. */
  readonly all = new Set<McpBackend>();
  readonly #engine: Engine;
  readonly #make: MakeServer;
  /** Whose the tasks of servers elsewhere are, by the name of the backend. */
  readonly #remoteTasks = new Map<string, TaskOwners>();
  readonly #lanes = new Map<McpBackend, ProcessLanes>();
  /** Which principal a backend works for; nobody in particular where there is only one. */
  readonly #owners = new WeakMap<McpBackend, string>();
  /** What is being closed. */
  readonly #closing = new Set<Promise<void>>();

  constructor(engine: Engine, make: MakeServer) {
    this.#engine = engine;
    this.#make = make;
  }

  /** A fleet for the only client there is: everything in it is its own. */
  whole(): Fleet {
    const { config } = this.#engine;
    return fleetOf(config.backends.map((backend) => this.#add(backend, this.#make(backend, ''))));
  }

  /**
   * A fleet for one client among others. A modern server is shared by all clients of the principal, since every
   * request says all of itself; a legacy one knows one client only, so it gets a process of its own.
   */
  among(account: PrincipalAccount): Fleet {
    const { config } = this.#engine;
    return fleetOf(config.backends.map((backend) => account.shared.get(backend.name) ?? this.#join(account, backend)));
  }

  /** Ends the backends of a fleet nobody uses, but those that are shared. */
  retire(fleet: Fleet, account: PrincipalAccount): void {
    for (const backend of fleet.backends) if (account.shared.get(backend.name) !== backend) this.end(backend);
  }

  /** Whether anybody uses it, or a call in it waits for its client to come back. */
  isBusy({ users, backends }: Fleet): boolean {
    return users > 0 || backends.some((backend) => this.#lanes.get(backend)?.busy === true);
  }

  /** The processes that do the work of `first`, which is one of them. */
  lanes(first: McpBackend): ProcessLanes {
    let lanes = this.#lanes.get(first);
    if (lanes === undefined) {
      const start = () => this.#add(first.config, this.#make(first.config, this.#owners.get(first) ?? ''), 'legacy');
      lanes = new ProcessLanes(first, first.config.maxProcesses, this.#engine, start, (backend) =>
        this.end(backend as McpBackend),
      );
      this.#lanes.set(first, lanes);
    }
    return lanes;
  }

  end(backend: McpBackend): void {
    if (!this.all.delete(backend)) return;
    this.#lanes.get(backend)?.close();
    this.#lanes.delete(backend);
    const closing = backend.close(TERM_MS, KILL_MS).finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  async close(): Promise<void> {
    for (const backend of [...this.all]) this.end(backend);
    await Promise.all(this.#closing);
  }

  #join(account: PrincipalAccount, config: BackendConfig): McpBackend {
    const server = this.#make(config, account.subject);
    const backend = this.#add(config, server, 'modern');
    this.#owners.set(backend, account.subject);
    const known = server.fingerprint === undefined ? {} : this.#engine.eras.recall(server.fingerprint);
    const share = () => {
      if (this.all.has(backend) && !account.shared.has(config.name)) account.shared.set(config.name, backend);
    };
    if (known.modern === true && erasToTry(config.era, 'modern', known)[0] === 'modern') share();
    else if (config.era === 'modern') share();
    else backend.onEra = (era) => era === 'modern' && share();
    return backend;
  }

  #add(config: BackendConfig, server: Server, prefers?: Era): McpBackend {
    const backend = new McpBackend(config, server, this.#engine, prefers, this.#ownersAt(config));
    this.all.add(backend);
    return backend;
  }

  /** A server elsewhere may take all who come with the gateway's credentials for one, and show each the tasks of all. */
  #ownersAt({ name, remote }: BackendConfig): TaskOwners | undefined {
    if (remote === undefined) return undefined;
    const known = this.#remoteTasks.get(name) ?? new TaskOwners();
    this.#remoteTasks.set(name, known);
    return known;
  }
}

function fleetOf(backends: readonly McpBackend[]): Fleet {
  return { backends, lastUsed: 0, users: 0 };
}
