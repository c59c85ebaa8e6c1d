import assert from 'node:assert/strict';
import { MemoryStore } from '../../../lib/approvals/store.ts';
import type { ClientWay, Sought } from '../../../lib/model/approvals.ts';
import { Payload } from '../../../lib/wire/payload.ts';
import type { Kind, Step } from './approval-steps.ts';
import {
  ApprovalsScene,
  answerOf,
  ClientProbe,
  type SoundedCall,
  soughtFor,
  USUAL_APPROVALS,
  WORDS,
} from './approvals-scene.ts';

/** What people have agreed to, told by what they said alone: how many calls of which kind, until when. */
interface Credit {
  readonly key: string;
  readonly until: number;
  /** Undefined for any number of calls. */
  left: number | undefined;
}

interface Made {
  readonly scene: ApprovalsScene;
  readonly call: SoundedCall;
  readonly kind: Kind;
  readonly key: string;
  readonly client: ClientProbe;
  /** Nobody waits for it any more. */
  gone: boolean;
}

/** Two processes over one store, and beside them an account of what people said. */
export class World {
  readonly #store = new MemoryStore();
  readonly #first = new ApprovalsScene({ store: this.#store });
  readonly #scenes: readonly ApprovalsScene[] = [
    this.#first,
    new ApprovalsScene({ store: this.#store, key: this.#first.key, clock: this.#first.clock }),
  ];
  #calls: Made[] = [];
  #credits: Credit[] = [];
  readonly #once = new Set<string>();
  /** What each request was first asked for, by process and id. */
  readonly #asked = new Map<string, string>();
  #revision = 0;
  made = 0;

  step(now: Step): void {
    switch (now.do) {
      case 'seek':
        return this.#seek(this.#scenes[now.at]!, now.kind, now.way);
      case 'back':
        return this.#back(now.of, now.kind, now.says);
      case 'says':
        return this.#says(now.of, now.says);
      case 'answer':
        return this.#answer(this.#scenes[now.at]!, now);
      case 'take':
        return this.#take(now.of, now.kind, now.old);
      case 'cancel': {
        const made = this.#pick(now.of);
        if (made === undefined || made.call.heard.length > 0) return;
        made.gone = true;
        return made.call.cancel();
      }
      case 'pass':
        // One clock for both, whose timers fire in each.
        for (const [index, scene] of this.#scenes.entries()) scene.pass(index === 0 ? now.ms : 0);
        return;
      case 'policy':
        this.#revision++;
        for (const scene of this.#scenes) scene.revision = `policy ${this.#revision}`;
        return;
      case 'restart': {
        const scene = this.#scenes[now.at]!;
        // Who waited there hears nothing any more, and nobody there hears them.
        this.#calls = this.#calls.filter((one) => one.scene !== scene || one.call.heard.length > 0);
        scene.open();
      }
    }
  }

  constructor() {
    for (const scene of this.#scenes) scene.revision = 'policy 0';
  }

  #sought({ who, client, tool, text, pin }: Kind, revision = this.#revision): Sought {
    const { principal, facts } = soughtFor().call;
    const id = `tool${tool}`;
    return soughtFor(
      { text: `text${text}` },
      {
        principal: { ...principal, subject: `user${who}`, clientId: `client${client}` },
        resource: { backend: 'files', type: 'tool', id },
        facts: { ...facts, offered: { kind: 'tool', id, hash: `hash${pin}` } },
      },
      `policy ${revision}`,
    );
  }

  #keyOf({ who, client, tool, text, pin }: Kind, revision = this.#revision): string {
    return [who, client, tool, text, pin, revision].join(' ');
  }

  #pick(of: number): Made | undefined {
    return this.#calls.length === 0 ? undefined : this.#calls[of % this.#calls.length];
  }

  #seek(
    scene: ApprovalsScene,
    what: Kind,
    how: 'none' | 'question' | 'round',
    answered?: { request: string; reply: Payload },
  ): void {
    const client = new ClientProbe();
    const ways: Record<typeof how, ClientWay> = {
      none: { kind: 'none' },
      question: client.way,
      round: { kind: 'round', words: WORDS, answered },
    };
    const call = scene.seek(this.#sought(what), ways[how]);
    const key = this.#keyOf(what);
    this.#calls.push({ scene, call, kind: what, key, client, gone: false });
    for (const { id } of scene.desk.pending()) this.#noteAsked(scene, id, key);
  }

  /** A client comes back with what it was asked, or with it for another call, perhaps for the second time. */
  #back(of: number, other: Kind | undefined, decision: string): void {
    const rounds = this.#calls.filter(({ call }) => call.heard[0] !== undefined && 'round' in call.heard[0]);
    const asked = rounds[of % Math.max(1, rounds.length)];
    const [sounded] = asked?.call.heard ?? [];
    if (asked === undefined || sounded === undefined || !('round' in sounded)) return;
    const what = other ?? asked.kind;
    const known = asked.scene.desk.pending().some(({ id }) => id === sounded.round.request);
    const isIts = known && this.#keyOf(what) === asked.key;
    const reply = Payload.of(JSON.stringify({ action: 'accept', content: { decision } }));
    if (isIts) this.#credit(asked.key, decision, 1);
    this.#seek(asked.scene, what, 'round', { request: sounded.round.request, reply });
  }

  #says(of: number, decision: string): void {
    const made = this.#pick(of);
    if (made === undefined) return;
    const told = Number(/(\d+) calls exactly like/.exec(made.client.forms.at(-1)?.text() ?? '')?.[1] ?? 1);
    const waiting = this.#waiting(made.scene, made.key);
    if (made.client.isAsked) this.#credit(made.key, decision, Math.min(told, waiting));
    made.client.says(decision);
    for (const { id } of made.scene.desk.pending()) this.#noteAsked(made.scene, id, made.key);
  }

  #answer(scene: ApprovalsScene, { of, approved, scope, calls }: Step & { do: 'answer' }): void {
    const pending = scene.desk.pending();
    const one = pending[of % Math.max(1, pending.length)];
    if (one === undefined) return;
    const key = this.#asked.get(`${this.#scenes.indexOf(scene)} ${one.id}`);
    assert.ok(key !== undefined);
    // What was asked under a policy that is gone is no longer answered.
    if (approved && key.endsWith(` ${this.#revision}`)) {
      const waiting = this.#waiting(scene, key);
      this.#credit(key, scope, waiting === 0 ? 1 : Math.min(waiting, Math.max(1, calls)));
    }
    // Twice, as when two channels are answered at once.
    for (let i = 0; i < 2; i++) scene.desk.answer(one.id, answerOf({ approved, scope, calls }));
    for (const { id } of scene.desk.pending()) this.#noteAsked(scene, id, key);
  }

  #noteAsked(scene: ApprovalsScene, id: string, key: string): void {
    const name = `${this.#scenes.indexOf(scene)} ${id}`;
    if (!this.#asked.has(name)) this.#asked.set(name, key);
  }

  #waiting(scene: ApprovalsScene, key: string): number {
    return this.#calls.filter(
      (one) => one.scene === scene && one.key === key && !one.gone && one.call.heard.length === 0,
    ).length;
  }

  #credit(key: string, scope: string, calls: number): void {
    const now = this.#first.clock.monotonic();
    const { grantTtlMs, rememberMs } = USUAL_APPROVALS;
    if (scope === 'once') this.#credits.push({ key, until: now + grantTtlMs, left: calls });
    if (scope === 'session') this.#credits.push({ key, until: Number.POSITIVE_INFINITY, left: undefined });
    if (scope === 'time') this.#credits.push({ key, until: now + rememberMs, left: undefined });
  }

  /** Tries to make a call under an agreement, its own or another one's, perhaps as of an older policy. */
  #take(of: number, other: Kind | undefined, old: boolean): void {
    const agreed = this.#calls.filter(({ call }) => call.heard[0] !== undefined && 'agreement' in call.heard[0]);
    const made = agreed[of % Math.max(1, agreed.length)];
    const [sounded] = made?.call.heard ?? [];
    if (made === undefined || sounded === undefined || !('agreement' in sounded)) return;
    const revision = old ? this.#revision - 1 : this.#revision;
    const { call, params, policy } = this.#sought(other ?? made.kind, revision);
    const took = sounded.agreement.take(call, params, policy);
    if ('refused' in took) return;
    this.made++;
    if (took.scope === 'once') {
      assert.ok(!this.#once.has(took.grant), 'a grant was used twice');
      this.#once.add(took.grant);
    }
    const key = this.#keyOf(other ?? made.kind, revision);
    const now = this.#first.clock.monotonic();
    const mine = this.#credits.filter((one) => one.key === key && now < one.until && one.left !== 0);
    const credit = mine.find(({ left }) => (took.scope === 'once') === (left !== undefined));
    assert.ok(credit !== undefined, `a call was made that nobody agreed to: ${key}`);
    assert.equal(revision, this.#revision, 'a call was made under a policy that is gone');
    if (credit.left !== undefined) credit.left--;
  }
}
