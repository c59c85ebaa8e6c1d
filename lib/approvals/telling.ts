import type { ApprovalChannel, Onlooker, PendingApproval } from '../model/approval-desk.ts';
import type { Log } from '../model/log.ts';
import { Latecomers, type LatecomersGround } from './latecomers.ts';

export type Hear = (change: 'asked' | 'ended', pending: PendingApproval) => void;

export interface TellingGround extends LatecomersGround {
  /** Ways to tell people, besides clients and terminals. */
  readonly channels: readonly ApprovalChannel[];
  readonly log: Log;
}

/** Everybody besides the client who is told of requests; what fails there is their own loss. */
export class Telling {
  readonly #channels: readonly ApprovalChannel[];
  readonly #watchers = new Map<Hear, Onlooker>();
  /** Who was told of a request, by its id: nobody else hears that it is over. */
  readonly #told = new Map<string, readonly ApprovalChannel[]>();
  readonly #log: Log;
  readonly #latecomers: Latecomers;

  constructor({ channels, log, ...around }: TellingGround) {
    this.#channels = channels;
    this.#log = log;
    this.#latecomers = new Latecomers(around);
  }

  watch(hear: Hear, as: Onlooker): () => void {
    this.#watchers.set(hear, as);
    if (as === 'person') this.#latecomers.came();
    return () => this.#watchers.delete(hear);
  }

  /** Whether anybody would hear, of those a config names. */
  reaches(names: readonly string[]): boolean {
    if (names.includes('terminal') && [...this.#watchers.values()].includes('person')) return true;
    return this.#named(names).some((channel) => this.#safely(channel.name, () => channel.isReachable) === true);
  }

  /** Where nobody hears yet and somebody is coming: waits for them, as {@link Latecomers} does. */
  awaited(names: readonly string[], again: () => () => void): (() => void) | undefined {
    return names.includes('terminal') ? this.#latecomers.await(again) : undefined;
  }

  /** Another call joined a request: those who look see it, and nobody is disturbed a second time. */
  joined(pending: PendingApproval): void {
    for (const hear of this.#watchers.keys()) this.#safely('terminal', () => hear('asked', pending));
  }

  asked(pending: PendingApproval, names: readonly string[]): void {
    const told = this.#named(names).filter((one) => this.#safely(one.name, () => one.isReachable) === true);
    this.#told.set(pending.id, told);
    for (const channel of told) this.#safely(channel.name, () => channel.ask(pending));
    this.joined(pending);
  }

  ended(pending: PendingApproval): void {
    const told = this.#told.get(pending.id) ?? [];
    this.#told.delete(pending.id);
    for (const channel of told) this.#safely(channel.name, () => channel.withdraw(pending));
    for (const hear of this.#watchers.keys()) this.#safely('terminal', () => hear('ended', pending));
  }

  #named(names: readonly string[]): readonly ApprovalChannel[] {
    return this.#channels.filter(({ name }) => names.includes(name));
  }

  #safely<T>(channel: string, work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      this.#log.write('warn', 'approval_channel_failed', { channel, why: (error as Error).message });
      return undefined;
    }
  }
}
