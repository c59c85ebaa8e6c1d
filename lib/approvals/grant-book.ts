import type { ApprovalAnswer, GivenGrant } from '../model/approval-desk.ts';
import type { Agreed, Agreement } from '../model/approvals.ts';
import type { Call } from '../model/call.ts';
import type { Clock } from '../model/clock.ts';
import type { Reason } from '../model/reason.ts';
import type { Payload } from '../wire/payload.ts';
import { isLike } from './cover.ts';
import {
  type Bindings,
  exactPrefix,
  type Grant,
  givenPrefix,
  misfit,
  nameOf,
  readGrant,
  standingPrefix,
  writtenGrant,
} from './grant.ts';
import { bindingsOf, type InForce, isEnough, type Matter, neededFor } from './matter.ts';
import { type Asked, answeredGrant, grantedFields, unaskedGrant } from './new-grant.ts';
import { type ApprovalStore, MemoryStore } from './store.ts';

export interface GrantGround {
  readonly clock: Clock;
  /** What grants are signed with. */
  readonly key: Buffer;
  /** Where those are kept that outlive the process. */
  readonly store: ApprovalStore;
  /** Sessions here end with their client; else they are known by principal and client, for an hour. */
  readonly sessionsEnd: boolean;
  inForce(): InForce;
  tell(event: string, fields: Readonly<Record<string, unknown>>): void;
}

const MOST_DEADLINES = 5000;
/** Grants in memory from which on those are taken away that have run out. */
const MANY_HERE = 256;

interface Found {
  readonly store: ApprovalStore;
  readonly name: string;
  readonly grant: Grant;
}

/** Makes grants, finds the one a call may be made under, and has each used as it may be. */
export class GrantBook {
  readonly #ground: GrantGround;
  /** Those for calls that wait now, and those of sessions. */
  readonly #here = new MemoryStore();
  /** Monotonic times after which a grant counts no more, whatever becomes of the clock of the day. */
  readonly #deadlines = new Map<string, number>();

  constructor(ground: GrantGround) {
    this.#ground = ground;
  }

  /** A grant of what was answered: for a call that waits now when `held`, else for the next one that is made like it. */
  make(asked: Asked, answer: ApprovalAnswer, answeredMs: number | undefined, held: boolean): Agreement {
    const { clock, sessionsEnd, inForce } = this.#ground;
    const terms = inForce().config.approvals;
    const grant = answeredGrant(asked, answer, { nowMs: clock.now(), answeredMs, held, sessionsEnd, terms });
    const { scope } = answer;
    const store = (scope === 'once' && held) || scope === 'session' ? this.#here : this.#ground.store;
    return this.#agreement(this.#keep(store, grant, asked.principal), asked.bindings.digest);
  }

  /** A grant that was given before anybody asked. */
  give(given: GivenGrant): string {
    const { clock, inForce, store } = this.#ground;
    const grant = unaskedGrant(given, inForce().policy.revision, clock.now());
    return this.#keep(store, grant, undefined).grant.id;
  }

  /** The agreement there is already to a call: to calls like it, or to itself. */
  find(matter: Matter): Agreement | undefined {
    const found = this.#standing(matter) ?? this.#exact(matter) ?? this.#given(matter);
    return found && this.#agreement(found, matter.bindings.digest);
  }

  #standing(matter: Matter): Found | undefined {
    return this.#among(standingPrefix(matter.bindings), [this.#here, this.#ground.store], matter, ({ grant }) => {
      const { cover, rule } = grant;
      if (cover === null || rule !== matter.rule) return false;
      return 'exact' in cover ? true : isLike(matter.cover, cover);
    });
  }

  #exact(matter: Matter): Found | undefined {
    return this.#among(exactPrefix(matter.bindings), [this.#ground.store], matter, () => true);
  }

  #given(matter: Matter): Found | undefined {
    const { backend, resource, digest } = matter.bindings;
    const { separateApprover } = this.#ground.inForce().config.approvals;
    return this.#among(givenPrefix(backend, resource), [this.#ground.store], matter, ({ grant }) => {
      if (separateApprover && grant.by === matter.subject) return false;
      return grant.for.digest === null || grant.for.digest === digest;
    });
  }

  /** The first grant that fits. One that never will again is taken away, and told of. */
  #among(
    prefix: string,
    stores: readonly ApprovalStore[],
    matter: Matter,
    suits: (found: Found) => boolean,
  ): Found | undefined {
    for (const store of stores) {
      for (const name of store.grants(prefix)) {
        const read = this.#read(store, name);
        if (typeof read === 'object' && !suits(read)) continue;
        const why = typeof read === 'string' ? read : this.#objection(read.grant, matter.bindings, matter.session);
        if (typeof read === 'object' && why === undefined) {
          if (isEnough(read.grant.assurance, matter.shown.needs)) return read;
        } else if (why !== 'gone' && why !== 'other session' && why !== 'other arguments') {
          this.#refuse(name, why!, matter.bindings, matter.shown.principal);
          store.dropGrant(name);
        }
      }
    }
    return undefined;
  }

  #agreement({ store, name }: Found, judged: string): Agreement {
    return { take: (call, params, policy) => this.#take(store, name, judged, call, params, policy) };
  }

  #take(
    store: ApprovalStore,
    name: string,
    judged: string,
    call: Call,
    params: Payload | undefined,
    policy: string,
  ): Agreed | { readonly refused: Reason } {
    const bindings = bindingsOf(call, params, policy);
    const refuse = (why: string) => ({ refused: this.#refuse(name, why, bindings, call.principal.subject) });
    const read = this.#read(store, name);
    if (typeof read === 'string') return refuse(read === 'gone' ? 'used' : read);
    const { grant } = read;
    const why = this.#objection(grant, bindings, call.session);
    if (why !== undefined) return refuse(why);
    // Whether it is like the call agreed to was found out for these parameters and no others.
    if (bindings.digest !== judged) return refuse('other arguments');
    const { config, policy: inForce } = this.#ground.inForce();
    if (policy !== inForce.revision) return refuse('other policy');
    if (!isEnough(grant.assurance, neededFor(call, config, inForce.about(call).effect))) return refuse('assurance');
    if (grant.scope === 'once') {
      this.#deadlines.delete(grant.id);
      if (!store.useUp(name)) {
        // Whatever stands there still is of no use to anybody: the next call is one to ask about.
        store.dropGrant(name);
        return refuse('used');
      }
    }
    return {
      grant: grant.id,
      request: grant.request ?? undefined,
      scope: grant.scope,
      by: grant.by,
      channel: grant.channel,
      assurance: grant.assurance,
      answeredMs: grant.answeredMs ?? undefined,
      why: grant.why ?? undefined,
    };
  }

  #read(store: ApprovalStore, name: string): Found | 'gone' | 'altered' {
    const text = store.grant(name);
    if (text === undefined) return 'gone';
    const grant = readGrant(text, this.#ground.key);
    return grant === undefined || nameOf(grant) !== name ? 'altered' : { store, name, grant };
  }

  #objection(grant: Grant, bindings: Bindings, session: string): string | undefined {
    return this.#isOver(grant) ? 'expired' : misfit(grant, bindings, session, this.#ground.clock.now());
  }

  #isOver({ id, expiresMs }: Grant): boolean {
    const { clock } = this.#ground;
    const deadline = this.#deadlines.get(id);
    if (deadline !== undefined) return clock.monotonic() >= deadline;
    if (this.#deadlines.size >= MOST_DEADLINES) this.#deadlines.clear();
    this.#deadlines.set(id, clock.monotonic() + expiresMs - clock.now());
    return false;
  }

  /** Calls that were agreed to and never made leave grants nobody looks for. */
  #sweep(): void {
    const names = this.#here.grants('');
    if (names.length < MANY_HERE) return;
    for (const name of names) {
      const read = this.#read(this.#here, name);
      if (typeof read === 'string' || this.#isOver(read.grant)) this.#here.dropGrant(name);
    }
  }

  #keep(store: ApprovalStore, grant: Grant, principal: string | undefined): Found {
    this.#sweep();
    const name = nameOf(grant);
    store.keepGrant(name, writtenGrant(grant, this.#ground.key));
    this.#isOver(grant);
    this.#ground.tell('approval_granted', grantedFields(grant, principal));
    return { store, name, grant };
  }

  #refuse(name: string, why: string, { backend, resource, digest }: Bindings, principal: string): Reason {
    const grant = name.slice(name.lastIndexOf('-') + 1);
    this.#ground.tell('approval_refused', { grant, why, resource: `${backend}/${resource}`, principal, digest });
    const text = 'the agreement for this call does not count for it, or no longer; make the call again';
    return { code: 'SP6006', text, retry: 'later' };
  }
}
