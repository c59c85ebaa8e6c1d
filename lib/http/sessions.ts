import { type Proven, samePrincipal } from '../identity/proven.ts';
import { accountOf } from '../model/principal.ts';
import { ByteBudget } from '../wire/budget.ts';
import type { Door } from './door.ts';
import { LegacySession, type Transport } from './legacy-session.ts';
import type { Pulse, Pulsing } from './pulse.ts';

/** Bytes all sessions keep together for clients that lose their connection. */
const REPLAY_BYTES = 64 * 1024 * 1024;

/** A client that does not come back with the id it was given for so long is not expected any more. */
const UNCLAIMED_MS = 60_000;

/** The sessions of legacy clients. */
export class Sessions implements Pulsing {
  readonly #door: Door;
  readonly #pulse: Pulse;
  readonly #honours: (proven: Proven) => boolean;
  readonly #byId = new Map<string, LegacySession>();
  readonly #replay = new ByteBudget(REPLAY_BYTES);

  /** `honours` says whether a key still opens anything. */
  constructor(door: Door, pulse: Pulse, honours: (proven: Proven) => boolean) {
    this.#door = door;
    this.#pulse = pulse;
    this.#honours = honours;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Bytes kept to be sent again. */
  get replayBytes(): number {
    return this.#replay.used;
  }

  /** A new session; undefined when its client, or all of them together, have too many. */
  open(proven: Proven, transport: Transport): LegacySession | undefined {
    const { maxSessions, maxSessionsPerClient } = this.#door.config.server.limits;
    if (this.#byId.size >= maxSessions) return undefined;
    const account = accountOf(proven.identity);
    let own = 0;
    for (const session of this.#byId.values()) if (accountOf(session.proven.identity) === account) own++;
    if (own >= maxSessionsPerClient) return undefined;
    const session = new LegacySession(this.#door, proven, transport, this.#pulse, this.#replay);
    if (this.#byId.size === 0) this.#pulse.add(this);
    this.#byId.set(session.id, session);
    return session;
  }

  /** The session `id`, when it is the asker's own: somebody else's is as unknown as one that never was. */
  find(id: string, proven: Proven, transport: Transport): LegacySession | undefined {
    const session = this.#byId.get(id);
    if (session?.transport !== transport || !samePrincipal(session.proven.identity, proven.identity)) return undefined;
    // Tokens are short-lived and sessions are not: it goes on with the newest one.
    session.proven = proven;
    session.lastUsed = this.#pulse.now();
    session.claimed = true;
    return session;
  }

  end(session: LegacySession): void {
    if (!this.#byId.delete(session.id)) return;
    session.end();
    if (this.#byId.size === 0) this.#pulse.remove(this);
  }

  endAll(): void {
    for (const session of [...this.#byId.values()]) this.end(session);
  }

  /** Lets go of everybody who only listens; the one stream of an old client may still bring an answer. */
  stopListening(): void {
    for (const { transport, standalone } of this.#byId.values()) if (transport === 'streamable') standalone.finish();
  }

  beat(now: number): void {
    const { sessionIdleMs } = this.#door.config.server.limits;
    for (const session of [...this.#byId.values()]) {
      const counts = this.#honours(session.proven);
      if (session.busy && counts) session.lastUsed = now;
      const most = session.claimed ? sessionIdleMs : Math.min(sessionIdleMs, UNCLAIMED_MS);
      if (now - session.lastUsed > most || !(counts || this.#mayBeRenewed(session.proven))) this.end(session);
      else if (!counts) session.letGo();
    }
  }

  /**
   * Clients renew a token when it is refused and not before, so one that was silent meanwhile is still expected: it loses
   * its connections, and every request proves anew whose it is. Keys are not renewed, and what was taken back is not waited for.
   */
  #mayBeRenewed({ identity: { proof }, expiresMs }: Proven): boolean {
    const isToken = proof === 'jwt' || proof === 'introspection';
    return isToken && expiresMs !== undefined && this.#pulse.isPast(expiresMs);
  }
}
