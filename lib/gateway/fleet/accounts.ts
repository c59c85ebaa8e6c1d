import { createHash } from 'node:crypto';
import type { Json } from '../../model/json.ts';
import { accountOf, type Identity } from '../../model/principal.ts';
import { canonicalCapabilities } from '../../translate/client-capabilities.ts';
import { ClientSession } from '../client/session.ts';
import type { Engine } from '../ports.ts';
import { type Fleet, PrincipalAccount } from './account.ts';
import type { Fleets } from './fleet.ts';

/** Backends nobody has used for this long are ended; they start again when they are needed. */
const IDLE_MS = 10 * 60 * 1000;
const SWEEP_MS = 15_000;
/** Kinds of clients one principal may have at a time, by what they can do; each has legacy backends of its own. */
const MOST_KINDS = 8;

/** The principals that have come in, and the backends of each. */
export class Accounts {
  readonly #engine: Engine;
  readonly #fleets: Fleets;
  readonly #bySubject = new Map<string, PrincipalAccount>();
  #sweeper: NodeJS.Timeout | undefined;

  constructor(engine: Engine, fleets: Fleets) {
    this.#engine = engine;
    this.#fleets = fleets;
  }

  get size(): number {
    return this.#bySubject.size;
  }

  of(subject: string): PrincipalAccount {
    let account = this.#bySubject.get(subject);
    if (account === undefined) {
      account = new PrincipalAccount(subject);
      this.#bySubject.set(subject, account);
    }
    return account;
  }

  /** A legacy client's session: a fleet that ends with it. */
  openSession(identity: Identity): ClientSession {
    const account = this.of(accountOf(identity));
    const fleet = this.#fleets.among(account);
    return this.#begin(identity, account, fleet, () => this.#fleets.retire(fleet, account));
  }

  /** One request of a modern client: a fleet it shares with all clients of the principal that can do the same. */
  visit(identity: Identity, capabilities: Json): ClientSession {
    const account = this.of(accountOf(identity));
    return this.#begin(identity, account, this.#fleetFor(account, kindOf(capabilities)), () => {});
  }

  close(): void {
    clearInterval(this.#sweeper);
  }

  #begin(identity: Identity, account: PrincipalAccount, fleet: Fleet, ended: () => void): ClientSession {
    this.#sweeper ??= setInterval(() => this.#engine.turn.run(() => this.#sweep()), SWEEP_MS).unref();
    fleet.users++;
    account.open++;
    const session = new ClientSession(this.#engine, identity, account, fleet.backends);
    session.onEnd = () => {
      fleet.users--;
      account.open--;
      fleet.lastUsed = this.#engine.clock.monotonic();
      account.lastUsed = fleet.lastUsed;
      ended();
    };
    return session;
  }

  /**
   * Where there are too many kinds, the one that rested longest makes room. When all are in use another one is used with
   * them: what a client cannot answer is refused for each request anyway.
   */
  #fleetFor(account: PrincipalAccount, kind: string): Fleet {
    const known = account.fleets.get(kind);
    if (known !== undefined) return known;
    if (account.fleets.size >= MOST_KINDS) {
      const idle = [...account.fleets].filter(([, fleet]) => !this.#fleets.isBusy(fleet));
      const [oldest] = idle.sort(([, a], [, b]) => a.lastUsed - b.lastUsed);
      if (oldest === undefined) return account.fleets.values().next().value!;
      this.#drop(account, ...oldest);
    }
    const fleet = this.#fleets.among(account);
    account.fleets.set(kind, fleet);
    return fleet;
  }

  #drop(account: PrincipalAccount, kind: string, fleet: Fleet): void {
    account.fleets.delete(kind);
    this.#fleets.retire(fleet, account);
  }

  #sweep(): void {
    const before = this.#engine.clock.monotonic() - IDLE_MS;
    for (const account of this.#bySubject.values()) {
      for (const [kind, fleet] of account.fleets) {
        if (!this.#fleets.isBusy(fleet) && fleet.lastUsed < before) this.#drop(account, kind, fleet);
      }
      // The states a client was given live for a quarter of an hour, so an account outlives its backends.
      if (account.open > 0 || account.lastUsed >= before - IDLE_MS) continue;
      for (const backend of account.shared.values()) this.#fleets.end(backend);
      this.#bySubject.delete(account.subject);
    }
  }
}

/** A short name for what a client can do, since it may say so at any length. */
function kindOf(capabilities: Json): string {
  return createHash('sha256').update(canonicalCapabilities(capabilities)).digest('base64url');
}
