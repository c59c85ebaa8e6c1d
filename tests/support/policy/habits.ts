import { Book, type BookLimits } from '../../../lib/anomaly/book.ts';
import { Habituation } from '../../../lib/anomaly/habituation.ts';
import { HiddenNames } from '../../../lib/anomaly/hidden-names.ts';
import type { AnomalyConfig, CallTraits, HabitEvent, HabitsUse, Unusual } from '../../../lib/model/anomaly.ts';

export const MINUTE = 60_000;
export const DAY = 86_400_000;
/** A Monday, at noon. */
export const START = Date.UTC(2026, 0, 5, 12);

export const CONFIG: AnomalyConfig = {
  learnMs: DAY / 10,
  minCalls: 50,
  features: ['new_tool', 'arg_shape', 'bytes_out'],
  action: 'flag',
  falsePositives: 0.05,
  source: 'a test',
};

/** Callers whose calls are judged and learned from, in memory. */
export class HabitScene {
  readonly told: { readonly event: HabitEvent; readonly fields: Readonly<Record<string, unknown>> }[] = [];
  readonly book: Book;
  readonly config: AnomalyConfig;
  readonly #names = new HiddenNames('a test');
  readonly #habits: Habituation;
  #count = 0;
  nowMs = START;

  constructor(config: Partial<AnomalyConfig> = {}, limits?: BookLimits) {
    this.config = { ...CONFIG, ...config };
    this.book = new Book(undefined, limits);
    this.#habits = this.using('learn');
  }

  using(use: HabitsUse): Habituation {
    const { book } = this;
    const memory = {
      account: (name: string) => book.accounts.get(name),
      learn: (lesson: Parameters<Book['learn']>[0]) => book.learn(lesson),
      names: this.#names,
    };
    return new Habituation(this.config, memory, use, (event, fields) => this.told.push({ event, fields }));
  }

  traits(parts: Partial<CallTraits> = {}): CallTraits {
    const id = `D${this.#count++}`;
    return { id, account: 'ana', tool: 'files/read', atMs: this.nowMs, bytes: 100, args: { path: '/a/b' }, ...parts };
  }

  /** A call from its question to its end; three minutes later than the one before. */
  call(parts: Partial<CallTraits> = {}, replyBytes = 500): Unusual | undefined {
    this.nowMs += 3 * MINUTE;
    const traits = this.traits(parts);
    const { unusual } = this.#habits.call(traits);
    const made = unusual === undefined || this.config.action === 'flag';
    const reply = made ? this.#habits.reply(traits.id, replyBytes).unusual : undefined;
    this.#habits.ended(traits.id, made, replyBytes);
    return unusual ?? reply;
  }

  /** As many calls as are learned from, with a few sizes and tools. */
  learn(calls = 120, parts: (index: number) => Partial<CallTraits> = () => ({})): void {
    for (let i = 0; i < calls; i++)
      this.call({ bytes: 100 + (i % 7), tool: `files/${['read', 'list'][i % 2]}`, ...parts(i) });
  }

  get calls(): number {
    return this.book.accounts.get('ana')?.calls ?? 0;
  }
}
