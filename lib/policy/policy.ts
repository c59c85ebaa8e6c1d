import type { Config } from '../model/config.ts';
import type { Check, CheckDefinition } from './check.ts';

/** A compiled policy: immutable, complete, ready to judge. */
export interface Policy {
  readonly revision: string;
  readonly checks: readonly Check[];
  /** Whether denials bind for this backend, or are only recorded. */
  enforces(backend: string): boolean;
  allowsMethod(method: string): boolean;
}

/** Compiles `config` into a policy; throws when any check refuses its part of it. */
export function compilePolicy(config: Config, definitions: readonly CheckDefinition[]): Policy {
  const checks = definitions.map((definition) => compileCheck(definition, config));
  const observed = new Set(config.backends.filter(({ enforce }) => !enforce).map(({ name }) => name));
  const methods = new Set(config.methodsAllow);
  return Object.freeze({
    revision: config.revision,
    checks: Object.freeze(checks),
    enforces: (backend: string) => !observed.has(backend),
    allowsMethod: (method: string) => methods.has(method),
  });
}

/** A judge without a single question to answer would allow everything in silence, so it is refused. */
function compileCheck(definition: CheckDefinition, config: Config): Check {
  const judge = definition.create(config);
  if (typeof judge.call !== 'function' && typeof judge.reply !== 'function') {
    throw new Error(`the check "${definition.id}" judges neither calls nor replies`);
  }
  return Object.freeze({ id: definition.id, judge });
}
