import { AccountProfile } from './account-profile.ts';
import type { Lesson } from './lesson.ts';

/** Callers, tools of one of them, and tools altogether that are remembered. */
export interface BookLimits {
  readonly accounts: number;
  readonly toolsOfOne: number;
  readonly tools: number;
}

const LIMITS: BookLimits = { accounts: 200, toolsOfOne: 128, tools: 2000 };

/** Who or what was forgotten to make room. */
export type Forgotten = (account: string, tool: string | undefined) => void;

/** Profiles of all callers, of bounded size: what was not used for longest is forgotten. */
export class Book {
  readonly accounts = new Map<string, AccountProfile>();
  readonly #limits: BookLimits;
  readonly #forgotten: Forgotten;
  #tools = 0;

  constructor(forgotten: Forgotten = () => {}, limits = LIMITS) {
    this.#forgotten = forgotten;
    this.#limits = limits;
  }

  get size(): number {
    return this.#tools;
  }

  learn(lesson: Lesson): void {
    const account = this.#accountOf(lesson.account);
    const before = account.tools.size;
    account.learn(lesson);
    this.#grown(lesson.account, account, before);
  }

  merge(other: Book): void {
    for (const [name, theirs] of other.accounts) {
      const account = this.#accountOf(name);
      const before = account.tools.size;
      account.merge(theirs);
      this.#grown(name, account, before);
    }
  }

  /** Forgets what was learned of `account` [everybody] and `tool` [all]; answers how many profiles of tools that were. */
  forget(account: string | undefined, tool: string | undefined): number {
    const before = this.#tools;
    for (const [name, profile] of [...this.accounts]) {
      if (account !== undefined && name !== account) continue;
      if (tool === undefined) this.#drop(name, profile);
      else if (profile.tools.delete(tool)) this.#tools--;
    }
    return before - this.#tools;
  }

  clear(): void {
    this.accounts.clear();
    this.#tools = 0;
  }

  kept(): unknown[] {
    return [...this.accounts].map(([name, account]) => [name, account.kept()]);
  }

  /** Takes in what {@link kept} gave; throws for anything else, and then holds nothing of it. */
  restore(kept: unknown): void {
    if (!Array.isArray(kept)) throw new Error('these are no profiles');
    const read = new Book(undefined, this.#limits);
    for (const one of kept as unknown[]) {
      const [name, account] = Array.isArray(one) ? (one as unknown[]) : [];
      if (typeof name !== 'string') throw new Error('this is no caller');
      const profile = AccountProfile.restored(account);
      read.accounts.set(name, profile);
      read.#tools += profile.tools.size;
    }
    this.merge(read);
  }

  #accountOf(name: string): AccountProfile {
    let account = this.accounts.get(name);
    if (account !== undefined) return account;
    if (this.accounts.size >= this.#limits.accounts) {
      const oldest = leastRecent(this.accounts);
      this.#drop(oldest, this.accounts.get(oldest)!);
      this.#forgotten(oldest, undefined);
    }
    account = new AccountProfile();
    this.accounts.set(name, account);
    return account;
  }

  #grown(name: string, account: AccountProfile, before: number): void {
    this.#tools += account.tools.size - before;
    while (account.tools.size > this.#limits.toolsOfOne) this.#forgetTool(name, account);
    while (this.#tools > this.#limits.tools) {
      const [most, profile] = [...this.accounts].reduce((a, b) => (b[1].tools.size > a[1].tools.size ? b : a));
      this.#forgetTool(most, profile);
    }
  }

  /** Whoever has most gives way, so that nobody can have another's forgotten by calling ever more. */
  #forgetTool(name: string, account: AccountProfile): void {
    const tool = leastRecent(account.tools);
    account.tools.delete(tool);
    this.#tools--;
    this.#forgotten(name, tool);
  }

  #drop(name: string, account: AccountProfile): void {
    this.accounts.delete(name);
    this.#tools -= account.tools.size;
  }
}

function leastRecent(of: ReadonlyMap<string, { readonly lastMs: number }>): string {
  let found: string | undefined;
  let least = Infinity;
  for (const [name, { lastMs }] of of) if (lastMs < least) [found, least] = [name, lastMs];
  return found!;
}
