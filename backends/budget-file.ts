import { randomBytes } from 'node:crypto';
import type { BudgetSlot, BudgetStore, BudgetTake } from '../lib/model/budget-store.ts';
import type { Clock } from '../lib/model/clock.ts';
import { processRuns } from '../lib/model/process-runs.ts';
import { type AccountLine, Ledger } from '../lib/quota/ledger.ts';
import { Journal } from './journal.ts';
import { startTimeOf } from './process-table.ts';

const FORMAT = 'sallyport budgets 1';
/** Settlements that wait for the store to be writable again; the reservations of those beyond stay as they are. */
const MOST_OWED = 1000;

type Reserved = readonly [
  'r',
  id: string,
  key: string,
  windowMs: number,
  period: number,
  amount: number,
  limit: number | null,
];
type Settled = readonly [
  's',
  id: string,
  key: string,
  windowMs: number,
  period: number,
  reserved: number,
  used: number,
];

/**
 * Budgets in a folder, shared by all gateways of one user that run at once or one after the other. A reservation is a
 * line in a journal, and whether it was granted is told by the lines before it. The reservation of a process that was
 * killed counts as used, because its call may have run: it stays in what is used for the rest of its period.
 */
export class BudgetFile implements BudgetStore {
  readonly #clock: Clock;
  readonly #ledger = new Ledger();
  readonly #journal: Journal;
  /** Begins every id of ours: process, when it was started, and which store of it. */
  readonly #self = `${process.pid}.${startTimeOf(process.pid) ?? ''}.${randomBytes(4).toString('hex')}`;
  #count = 0;
  /** The answer to the reservation that is being made. */
  #asked: { readonly id: string; granted: boolean | undefined } | undefined;
  readonly #held = new Map<string, { readonly id: string; readonly amount: number }>();
  readonly #owed: Settled[] = [];

  constructor(dir: string, clock: Clock, mostBytes?: number) {
    this.#clock = clock;
    const folded = {
      restore: (line: string) => this.#ledger.load(accountsIn(line)),
      apply: (line: string) => this.#apply(line),
      summary: () => JSON.stringify([FORMAT, this.#ledger.lines((id) => isAlive(id))]),
      runs: processRuns,
    };
    this.#journal = new Journal(dir, folded, mostBytes);
  }

  reserve(slot: BudgetSlot, holder: string, amount: number): BudgetTake {
    this.#payOwed();
    const { key, windowMs, limit } = slot;
    const id = `${this.#self}.${this.#count++}`;
    const asked: { id: string; granted: boolean | undefined } = { id, granted: undefined };
    const most = Number.isFinite(limit) ? limit : null;
    this.#asked = asked;
    this.#put(['r', id, key, windowMs, this.#period(slot), amount, most]);
    const granted = asked.granted === true;
    if (granted) this.#held.set(`${key} ${holder}`, { id, amount });
    return { granted, ...this.#ledger.look(key, windowMs, this.#period(slot)) };
  }

  settle(slot: BudgetSlot, holder: string, used: number): void {
    const { key, windowMs } = slot;
    const held = this.#held.get(`${key} ${holder}`);
    if (held === undefined) return;
    this.#held.delete(`${key} ${holder}`);
    if (this.#owed.length >= MOST_OWED) this.#owed.shift();
    this.#owed.push(['s', held.id, key, windowMs, this.#period(slot), held.amount, used]);
    this.#payOwed();
  }

  look(slot: BudgetSlot): BudgetTake {
    this.#journal.refresh();
    return { granted: true, ...this.#ledger.look(slot.key, slot.windowMs, this.#period(slot)) };
  }

  close(): void {
    this.#journal.close();
  }

  #payOwed(): void {
    for (let settled = this.#owed[0]; settled !== undefined; settled = this.#owed[0]) {
      this.#put(settled);
      this.#owed.shift();
    }
  }

  #put(record: Reserved | Settled): void {
    this.#journal.put(JSON.stringify(record));
  }

  #apply(line: string): void {
    const record = recordIn(line);
    if (record === undefined) return;
    const [kind, id, key, windowMs, period, amount, last] = record;
    if (kind === 's') return this.#ledger.settle(id, key, windowMs, period, amount, last);
    const granted = this.#ledger.reserve(id, key, windowMs, period, amount, last ?? Infinity);
    if (this.#asked?.id === id) this.#asked.granted = granted;
  }

  #period({ windowMs }: BudgetSlot): number {
    return Math.floor(this.#clock.now() / windowMs);
  }
}

/** Whether the process that made the reservation is still there, and the same. */
function isAlive(id: string): boolean {
  const [pid, started] = id.split('.');
  if (!processRuns(Number(pid))) return false;
  const now = startTimeOf(Number(pid));
  return now === undefined || started === '' || now === started;
}

/** A line that is no record, because its writer was killed amid it, is nothing. */
function recordIn(line: string): Reserved | Settled | undefined {
  let record: unknown;
  try {
    record = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!Array.isArray(record) || record.length !== 7) return undefined;
  const [kind, id, key, ...numbers] = record as unknown[];
  if ((kind !== 'r' && kind !== 's') || typeof id !== 'string' || typeof key !== 'string') return undefined;
  const last = kind === 'r' && numbers[3] === null ? 0 : numbers[3];
  return [...numbers.slice(0, 3), last].every(isAmount) ? (record as unknown as Reserved | Settled) : undefined;
}

function accountsIn(line: string): AccountLine[] {
  const [format, accounts] = JSON.parse(line) as [unknown, AccountLine[]];
  if (format !== FORMAT) throw new Error('the budgets were kept by another version');
  return accounts;
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && Number.isFinite(value);
}
