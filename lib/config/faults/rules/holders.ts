import type { Config } from '../../../model/config.ts';
import type { Place } from '../../../model/rules.ts';
import type { Layer } from '../../files/reading.ts';
import { nearest, type Problem } from '../../problems.ts';

/** Roles and tenants that keys have and nothing defines, and limits that count for what no client has. */
export function checkHolders(config: Config, layers: readonly Layer[]): Problem[] {
  return [...undefinedOnes(config, layers), ...forNobody(config)];
}

function undefinedOnes({ policies }: Config, layers: readonly Layer[]): Problem[] {
  const roles = policies.roles.map(({ name }) => name);
  const tenants = policies.tenants.map(({ name }) => name);
  return layers.flatMap(({ config, source }) =>
    (config.security?.auth?.api_keys ?? []).flatMap((key, index): Problem[] => {
      const at = (...keys: (string | number)[]) => source.where(['security', 'auth', 'api_keys', index, ...keys]);
      // Roles and tenants are no more than labels until some are defined.
      const wrong = (key.roles ?? []).flatMap((role, place) =>
        roles.length === 0 || roles.includes(role) ? [] : [missing('role', role, roles, at('roles', place))],
      );
      const { tenant } = key;
      const known = tenant === undefined || tenants.length === 0 || tenants.includes(tenant);
      return known ? wrong : [...wrong, missing('tenant', tenant, tenants, at('tenant'))];
    }),
  );
}

function missing(what: 'role' | 'tenant', name: string, known: readonly string[], where: string): Problem {
  const close = nearest(name, known);
  const help = close === undefined ? `define it under \`${what}s\`` : `did you mean "${close}"?`;
  return { code: 'SP1017', severity: 'error', message: `no ${what} is called "${name}"`, where, help };
}

function forNobody({ policies, auth }: Config): Problem[] {
  const { rates, budgets, roles, tenants } = policies;
  const has = {
    role: roles.length > 0 || auth.apiKeys.some((key) => key.roles.length > 0),
    tenant: tenants.length > 0 || auth.apiKeys.some((key) => key.tenant !== undefined),
  };
  const counting: readonly (Place & { readonly per: string })[] = [...rates, ...budgets];
  return counting.flatMap(({ per, rule, source }): Problem[] => {
    if ((per !== 'role' && per !== 'tenant') || has[per]) return [];
    const message = `${rule} counts per ${per}, and no client has a ${per}`;
    return [{ code: 'SP1113', severity: 'warning', message, where: source }];
  });
}
