/** What one budget of one holder amounts to in one period. Amounts are whole numbers of the smallest unit. */
interface Account {
  readonly windowMs: number;
  period: number;
  /** Used and reserved. */
  used: number;
  /** Reservations of this period that are not settled. */
  readonly open: Map<string, number>;
}

/** One account as it is kept in a file. */
export type AccountLine = readonly [
  key: string,
  windowMs: number,
  period: number,
  used: number,
  open: readonly (readonly [id: string, amount: number])[],
];

export interface Standing {
  readonly used: number;
  readonly resetsAtMs: number;
}

/** Accounts are forgotten when their period is over, once there are so many; that many at work are refused. */
const MANY_ACCOUNTS = 4096;
const MOST_ACCOUNTS = 65_536;

/**
 * The arithmetic of budgets: the same steps in the same order give the same answers, so that every process that
 * reads the same journal agrees on who was granted what. Periods begin at whole multiples of their length since 1970;
 * the period of an account never goes back, whatever the clock does.
 */
export class Ledger {
  readonly #accounts = new Map<string, Account>();
  /** No period of an account ends before, in milliseconds since 1970: until then there is nothing to forget. */
  #firstEndMs = Number.POSITIVE_INFINITY;

  /** Reserves for `id` if it fits; `limit` may be infinite. */
  reserve(id: string, key: string, windowMs: number, period: number, amount: number, limit: number): boolean {
    const account = this.#account(key, windowMs, period);
    if (account === undefined || account.used + amount > limit) return false;
    account.used += amount;
    account.open.set(id, amount);
    return true;
  }

  /**
   * Puts what was really used in the place of what was reserved. Of a reservation whose period is over, only what
   * was used beyond it counts, in the period in which that is known.
   */
  settle(id: string, key: string, windowMs: number, period: number, reserved: number, used: number): void {
    const account = this.#account(key, windowMs, period);
    if (account === undefined) return;
    const open = account.open.get(id);
    account.open.delete(id);
    account.used = Math.max(0, account.used + (open === undefined ? Math.max(0, used - reserved) : used - open));
  }

  look(key: string, windowMs: number, period: number): Standing {
    const account = this.#accounts.get(nameOf(key, windowMs));
    const current = Math.max(period, account?.period ?? period);
    return { used: account?.period === current ? account.used : 0, resetsAtMs: (current + 1) * windowMs };
  }

  /** Everything, to go on from elsewhere. What `isOpen` says no to counts as used for good. */
  lines(isOpen: (id: string) => boolean): AccountLine[] {
    return [...this.#accounts].map(([name, { windowMs, period, used, open }]) => {
      const left = [...open].filter(([id]) => isOpen(id));
      return [name.slice(name.indexOf(' ') + 1), windowMs, period, used, left];
    });
  }

  load(lines: readonly AccountLine[]): void {
    this.#accounts.clear();
    for (const [key, windowMs, period, used, open] of lines) {
      this.#accounts.set(nameOf(key, windowMs), { windowMs, period, used, open: new Map(open) });
    }
    this.#forgetEnded(0);
  }

  /** Undefined when there are too many: what cannot be counted is not granted. */
  #account(key: string, windowMs: number, period: number): Account | undefined {
    const name = nameOf(key, windowMs);
    let account = this.#accounts.get(name);
    if (account === undefined) {
      const nowMs = period * windowMs;
      if (this.#accounts.size >= MANY_ACCOUNTS && nowMs >= this.#firstEndMs) this.#forgetEnded(nowMs);
      if (this.#accounts.size >= MOST_ACCOUNTS) return undefined;
      account = { windowMs, period, used: 0, open: new Map() };
      this.#accounts.set(name, account);
      this.#firstEndMs = Math.min(this.#firstEndMs, nowMs + windowMs);
    } else if (account.period < period) {
      account.period = period;
      account.used = 0;
      account.open.clear();
    }
    return account;
  }

  #forgetEnded(nowMs: number): void {
    this.#firstEndMs = Number.POSITIVE_INFINITY;
    for (const [name, { period, windowMs }] of this.#accounts) {
      const endMs = (period + 1) * windowMs;
      if (endMs <= nowMs) this.#accounts.delete(name);
      else this.#firstEndMs = Math.min(this.#firstEndMs, endMs);
    }
  }
}

/** An account whose length of period is changed starts anew. */
function nameOf(key: string, windowMs: number): string {
  return `${windowMs} ${key}`;
}
