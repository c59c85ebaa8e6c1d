import type { Call, Reply } from '../model/call.ts';
import type { Config } from '../model/config.ts';
import type { Verdict } from '../model/decision.ts';
import type { Later } from '../model/later.ts';

/**
 * One judge. It answers `pass` or `deny` for its own concern and knows of no other check; only the runner
 * decides. A check that throws denies.
 */
export interface Judge {
  /** Judges a request before it is forwarded. */
  call?(call: Call): Later<Verdict>;
  /** Judges what came back before it is handed on. */
  reply?(call: Call, reply: Reply): Later<Verdict>;
}

export interface Check {
  readonly id: string;
  readonly judge: Judge;
}

export interface CheckDefinition {
  /** Its name in the log, in records and in the docs. */
  readonly id: string;
  /** One sentence for `docs/reference/checks.md`. */
  readonly about: string;
  /** Compiles the config; everything that can be wrong with it throws here, never on a call. */
  create(config: Config): Judge;
}

export function defineCheck(definition: CheckDefinition): CheckDefinition {
  return definition;
}
