import type { Config } from '../../../model/config.ts';
import type { Place } from '../../../model/rules.ts';
import { compileGlob } from '../../../policy/glob.ts';
import { nearest, type Problem } from '../../problems.ts';

interface Selecting extends Place {
  readonly selector: string;
}

/** Selectors whose backend is not there. */
export function checkSelectors(config: Config): Problem[] {
  const names = config.backends.map(({ name }) => name);
  const missing = selectorsIn(config).filter(({ selector }) => !namesAny(selector, names));
  const seen = new Set<string>();
  const firsts = missing.filter(({ rule }) => !seen.has(rule) && seen.add(rule));
  return [
    ...firsts.map((place) => noBackend(place, place.selector.split('/', 1)[0]!, names)),
    ...config.policies.tenants.flatMap(({ rule, source, backends = [] }) =>
      backends
        .filter((name) => !names.includes(name))
        .map((name) => noBackend({ rule: `${rule}.backends`, source }, name, names)),
    ),
  ];
}

function selectorsIn({ policies, auth }: Config): Selecting[] {
  const { rules, effects, roles, agents, flows, rates, budgets, costs } = policies;
  const patterns = [
    ...roles.flatMap(({ permissions, denied }) => [...permissions, ...denied]),
    ...agents.flatMap(({ allowed, denied }) => [...allowed.flatMap((list) => list.patterns), ...denied]),
  ];
  return [
    ...rules,
    ...effects,
    ...patterns.map(({ glob, rule, source }) => ({ selector: glob, rule, source })),
    ...flows.flatMap(({ after, later, rule, source }) => [
      { selector: after, rule: `${rule}.after`, source },
      { selector: later, rule: `${rule}.then`, source },
    ]),
    ...rates,
    ...budgets,
    ...costs,
    ...(auth.resource?.scopeRules ?? []).flatMap(({ scope, permissions }) =>
      permissions.map((selector) => ({
        selector,
        rule: `security.auth.oauth.scopes.${scope}`,
        source: 'security.auth.oauth',
      })),
    ),
  ];
}

function namesAny(selector: string, names: readonly string[]): boolean {
  const slash = selector.indexOf('/');
  if (slash === -1) return true;
  const matches = compileGlob(selector.slice(0, slash), 'anything');
  return names.some(matches);
}

function noBackend({ rule, source }: Place, name: string, names: readonly string[]): Problem {
  const close = nearest(name, names);
  return {
    code: 'SP1110',
    severity: 'warning',
    message: `${rule} changes nothing: no backend is called "${name}"`,
    where: source,
    help: close === undefined ? `backends: ${names.join(', ') || 'none'}` : `did you mean "${close}"?`,
  };
}
