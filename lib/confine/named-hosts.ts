import type { Config } from '../model/config.ts';
import type { NamedHost } from '../model/egress.ts';
import type { DomainRule } from '../model/rules.ts';
import { rulesFor } from './rules-for.ts';

const WRITTEN_OUT = /^([\w.-]+)(?::(\d{1,5}))?$/;

/** The hosts a preset's server is for, as a rule; they hold as long as no rule of the operator lists any. */
export function usualRule(
  config: Config,
  backend: string,
  usual: readonly string[] | undefined,
): DomainRule | undefined {
  const isListed = rulesFor(config.policies.rules, backend).some(({ domains }) => domains?.allow !== undefined);
  if (usual === undefined || isListed) return undefined;
  const place = { rule: `the usual hosts of ${backend}`, source: 'preset' };
  return {
    ...place,
    layer: 1,
    in: undefined,
    allow: { ...place, layer: 1, patterns: usual.map((glob) => ({ glob, ...place })) },
    deny: [],
    requireApproval: [],
    blockPrivate: undefined,
    schemes: undefined,
    ports: undefined,
  };
}

/** Every host the allow lists for a backend write out, each once. */
export function namedHosts(config: Config, backend: string, own: DomainRule | undefined): NamedHost[] {
  const rules = rulesFor(config.policies.rules, backend).flatMap(({ domains }) => domains ?? []);
  const globs = [...rules, ...(own === undefined ? [] : [own])].flatMap(({ allow }) => allow?.patterns ?? []);
  const found = new Map<string, NamedHost>();
  for (const { glob } of globs) {
    const [whole, host, port] = WRITTEN_OUT.exec(glob.toLowerCase()) ?? [];
    if (whole !== undefined) found.set(whole, { host: host!, port: port === undefined ? undefined : Number(port) });
  }
  return [...found.values()];
}
