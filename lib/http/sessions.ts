import { ByteBudget } from '../wire/budget.ts';
import type { Door } from './door.ts';
import { type Holder, sameIdentity } from './keys.ts';
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
  readonly #honours: (holder: Holder) => boolean;
  readonly #byId = new Map<string, LegacySession>();
  readonly #replay = new ByteBudget(REPLAY_BYTES);

  /** `honours` says whether a key still opens anything. */
  constructor(door: Door, pulse: Pulse, honours: (holder: Holder) => boolean) {
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
  open(holder: Holder, transport: Transport): LegacySession | undefined {
    const { maxSessions, maxSessionsPerClient } = this.#door.config.server.limits;
    if (this.#byId.size >= maxSessions) return undefined;
    const { subject } = holder.identity;
    let own = 0;
    for (const session of this.#byId.values()) if (session.holder.identity.subject === subject) own++;
    if (own >= maxSessionsPerClient) return undefined;
    const session = new LegacySession(this.#door, holder, transport, this.#pulse, this.#replay);
    if (this.#byId.size === 0) this.#pulse.add(this);
    this.#byId.set(session.id, session);
    return session;
  }

  /** The session `id`, when it is the asker's own: somebody else's is as unknown as one that never was. */
  find(id: string, { identity }: Holder, transport: Transport): LegacySession | undefined {
    const session = this.#byId.get(id);
    if (session?.transport !== transport || !sameIdentity(session.holder.identity, identity)) return undefined;
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
      if (session.busy) session.lastUsed = now;
      const most = session.claimed ? sessionIdleMs : Math.min(sessionIdleMs, UNCLAIMED_MS);
      if (now - session.lastUsed > most || !this.#honours(session.holder)) this.end(session);
    }
  }
}
