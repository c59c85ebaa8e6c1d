import type { Call } from '../model/call.ts';
import type { Config } from '../model/config.ts';
import { all, type Later, then } from '../model/later.ts';
import type { Identity } from '../model/principal.ts';
import type { SqlDialect, ToolEffect } from '../model/rules.ts';
import type { PresetTool } from '../presets/preset.ts';
import type { Check, CheckDefinition, CheckTools, Ended } from './check.ts';
import { RuleBook } from './rule-book.ts';
import type { PolicyState } from './state.ts';

/** What operators and presets know of a tool, a prompt or a resource. */
export interface About {
  readonly effect: ToolEffect;
  readonly preset: PresetTool | undefined;
  readonly dialect: SqlDialect | undefined;
}

/** A compiled policy: immutable, complete, ready to judge. */
export interface Policy {
  readonly revision: string;
  readonly checks: readonly Check[];
  /** Whether denials bind for this backend, or are only recorded. */
  enforces(backend: string): boolean;
  allowsMethod(method: string): boolean;
  /** Whether anything of this backend may exist for somebody: it is not even started, asked or spoken of for others. */
  reaches(who: Identity, backend: string): boolean;
  /** What is known of what a call is about, besides what its server says of it. */
  about(call: Call): About;
  /** Tells the checks that wait for it how a call ended. */
  ended(call: Call, ended: Ended): void;
  /** Lets checks load what takes long. */
  warm(): void;
}

/** Compiles `config` into a policy; throws or rejects when any check refuses its part of it. */
export function compilePolicy(
  config: Config,
  definitions: readonly CheckDefinition[],
  state: PolicyState,
): Later<Policy> {
  return then(RuleBook.of(config, state), (book) => {
    const checks = definitions.map((definition) => compileCheck(definition, config, { state, book }));
    return then(all(checks), (compiled) => assemble(config, compiled, book));
  });
}

function assemble(config: Config, checks: readonly Check[], book: RuleBook): Policy {
  const observed = new Set(config.backends.filter(({ enforce }) => !enforce).map(({ name }) => name));
  const methods = new Set(config.methodsAllow);
  const waiting = checks.filter(({ judge }) => judge.ended !== undefined);
  const telling = checks.filter(({ judge }) => judge.reaches !== undefined);
  return Object.freeze({
    revision: config.revision,
    checks: Object.freeze(checks),
    enforces: (backend: string) => !observed.has(backend),
    allowsMethod: (method: string) => methods.has(method),
    reaches: (who: Identity, backend: string) =>
      observed.has(backend) || telling.every(({ judge }) => judge.reaches!(who, backend)),
    about: ({ resource, facts }: Call) => ({
      effect: book.effectOf(resource, facts.tool),
      preset: book.presetTool(resource),
      dialect: book.presetOf(resource.backend)?.dialect,
    }),
    ended: (call: Call, ended: Ended) => {
      for (const { judge } of waiting) judge.ended!(call, ended);
    },
    warm: () => {
      for (const { judge } of checks) judge.warm?.();
    },
  });
}

/** A judge without a single question to answer would allow everything in silence, so it is refused. */
function compileCheck({ id, create }: CheckDefinition, config: Config, tools: CheckTools): Later<Check> {
  return then(create(config, tools), (judge) => {
    if (typeof judge.call !== 'function' && typeof judge.reply !== 'function') {
      throw new Error(`the check "${id}" judges neither calls nor replies`);
    }
    return Object.freeze({ id, judge });
  });
}
