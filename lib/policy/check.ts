import type { Call, Reply } from '../model/call.ts';
import type { Config } from '../model/config.ts';
import type { Verdict } from '../model/decision.ts';
import type { Later } from '../model/later.ts';
import type { Identity } from '../model/principal.ts';
import type { RuleBook } from './rule-book.ts';
import type { PolicyState } from './state.ts';

/** How a call ended, for checks that reserved something for it. */
export interface Ended {
  /** Whether its backend was sent it; what was reserved for one that never was is given back. */
  readonly forwarded: boolean;
  readonly ms: number;
  readonly requestBytes: number;
  readonly replyBytes: number;
}

/**
 * One judge. It answers `pass` or `deny` for its own concern and knows of no other check; only the runner
 * decides. A check that throws denies.
 */
export interface Judge {
  /** Judges a request before it is forwarded. */
  call?(call: Call): Later<Verdict>;
  /** Judges what came back before it is handed on, as the checks before it have edited it. */
  reply?(call: Call, reply: Reply): Later<Verdict>;
  /**
   * Judges what a server says without being asked for it: a notification, or its instructions, whose action is
   * `initialize`. `told.params` is what it says. Notifications wait for nobody, so it should answer at once.
   */
  notice?(told: Call): Later<Verdict>;
  /** Whether `backend` exists at all for somebody, whatever is asked of it; true for whom it cannot say. */
  reaches?(who: Identity, backend: string): boolean;
  /** Hears once how a call ended that it was asked about, whatever was decided; must not throw. */
  ended?(call: Call, ended: Ended): void;
  /** Loads what takes long before a call needs it; called once, while nobody waits. */
  warm?(): void;
}

export interface Check {
  readonly id: string;
  readonly judge: Judge;
}

/** What a check is made with besides the config. */
export interface CheckTools {
  /** What lives on when the policy is replaced. */
  readonly state: PolicyState;
  /** Which rules hold for a call, and what its tool does to the world. */
  readonly book: RuleBook;
}

export interface CheckDefinition {
  /** Its name in the log, in records and in the docs. */
  readonly id: string;
  /** One sentence for `docs/reference/checks.md`. */
  readonly about: string;
  /** Compiles the config; everything that can be wrong with it throws here, never on a call. */
  create(config: Config, tools: CheckTools): Later<Judge>;
}

export function defineCheck(definition: CheckDefinition): CheckDefinition {
  return definition;
}
