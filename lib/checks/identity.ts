import type { Resource } from '../model/call.ts';
import type { Config } from '../model/config.ts';
import type { Reason } from '../model/decision.ts';
import type { Allowed, Pattern } from '../model/lists.ts';
import type { Principal } from '../model/principal.ts';
import type { ToolEffect } from '../model/rules.ts';
import { compileGlob, type Matches } from '../policy/glob.ts';
import { compileSelector, type Selects } from '../policy/selector.ts';

interface Selecting extends Pattern {
  readonly selects: Selects;
}

interface CompiledRole {
  readonly name: string;
  readonly layer: number;
  readonly permissions: readonly Selecting[];
  readonly denied: readonly Selecting[];
}

interface CompiledAgent {
  readonly name: Matches;
  readonly allowed: readonly (Omit<Allowed, 'patterns'> & { readonly patterns: readonly Selecting[] })[];
  readonly denied: readonly Selecting[];
}

interface CompiledTenant {
  readonly name: string;
  readonly rule: string;
  readonly source: string;
  readonly has: (clientId: string) => boolean;
  readonly backends: ReadonlySet<string> | undefined;
}

/** What a principal may use because of who it is: its roles and permissions, its agent, its tenant. */
export interface Standing {
  /** Why it may not; undefined when nothing forbids it. */
  readonly refusal: Reason | undefined;
  /** Rank of the layer whose role or permission grants it; -1 when none does. */
  readonly granted: number;
}

/** Roles grant and narrow; agents and tenants only narrow. What is refused does not exist for the principal. */
export class Identities {
  readonly #roles: readonly CompiledRole[];
  readonly #agents: readonly CompiledAgent[];
  readonly #tenants: readonly CompiledTenant[];
  readonly #keysLayer: number;
  readonly #permissions = new Map<string, Selects>();

  constructor({ policies }: Config) {
    const { roles, agents, tenants, keysLayer } = policies;
    this.#keysLayer = keysLayer;
    this.#roles = roles.map((role) => ({
      ...role,
      permissions: role.permissions.map(selecting),
      denied: role.denied.map(selecting),
    }));
    this.#agents = agents.map(({ name, allowed, denied }) => ({
      name: compileGlob(name, 'anything'),
      allowed: allowed.map((list) => ({ ...list, patterns: list.patterns.map(selecting) })),
      denied: denied.map(selecting),
    }));
    this.#tenants = tenants.map(({ clients, backends, ...tenant }) => {
      const globs = clients.map((client) => compileGlob(client, 'anything'));
      const has = (clientId: string) => globs.some((matches) => matches(clientId));
      return { ...tenant, has, backends: backends && new Set(backends) };
    });
  }

  /** The tenant of a principal: what its proof says, else the one that lists its client. */
  tenantOf({ tenant, clientId }: Principal): string | undefined {
    return tenant ?? this.#tenants.find(({ has }) => has(clientId))?.name;
  }

  standing(principal: Principal, resource: Resource, effect: () => ToolEffect): Standing {
    const refusal = this.#tenantRefusal(principal, resource) ?? this.#agentRefusal(principal, resource, effect);
    if (refusal !== undefined) return { refusal, granted: -1 };
    return this.#byRoles(principal, resource, effect);
  }

  #tenantRefusal(principal: Principal, { backend, type }: Resource): Reason | undefined {
    const name = this.tenantOf(principal);
    const wrong = this.#tenants.find((tenant) => tenant.name === name && tenant.backends?.has(backend) === false);
    if (wrong === undefined) return undefined;
    return refused('SP3010', type, { rule: `${wrong.rule}.backends`, source: wrong.source });
  }

  #agentRefusal({ clientId }: Principal, resource: Resource, effect: () => ToolEffect): Reason | undefined {
    const { backend, id, type } = resource;
    for (const agent of this.#agents) {
      if (!agent.name(clientId)) continue;
      const denied = agent.denied.find(({ selects }) => selects(backend, id, effect));
      if (denied !== undefined) return refused('SP3009', type, denied);
      const missing = agent.allowed.find(
        ({ patterns }) => !patterns.some(({ selects }) => selects(backend, id, effect)),
      );
      if (missing !== undefined) return refused('SP3009', type, missing);
    }
    return undefined;
  }

  /** Without roles and permissions nothing is narrowed; with some, only what one of them permits exists. */
  #byRoles(principal: Principal, { backend, id, type }: Resource, effect: () => ToolEffect): Standing {
    const { roles, permissions } = principal;
    if (permissions === undefined && (roles.length === 0 || this.#roles.length === 0))
      return { refusal: undefined, granted: -1 };
    const held = this.#roles.filter(({ name }) => roles.includes(name));
    const denied = held.flatMap((role) => role.denied).find(({ selects }) => selects(backend, id, effect));
    if (denied !== undefined) return { refusal: refused('SP3008', type, denied), granted: -1 };
    const layers = held
      .filter((role) => role.permissions.some(({ selects }) => selects(backend, id, effect)))
      .map(({ layer }) => layer);
    if (permissions?.some((selector) => this.#permission(selector)(backend, id, effect))) layers.push(this.#keysLayer);
    if (layers.length > 0) return { refusal: undefined, granted: Math.max(...layers) };
    return {
      refusal: refused('SP3008', type, { rule: 'roles', source: held.length === 0 ? 'no role' : 'roles' }),
      granted: -1,
    };
  }

  #permission(selector: string): Selects {
    let selects = this.#permissions.get(selector);
    if (selects === undefined) {
      selects = compileSelector(selector);
      this.#permissions.set(selector, selects);
    }
    return selects;
  }
}

function selecting(pattern: Pattern): Selecting {
  return { ...pattern, selects: compileSelector(pattern.glob) };
}

function refused(
  code: 'SP3008' | 'SP3009' | 'SP3010',
  type: string,
  { rule, source }: { readonly rule: string; readonly source: string },
): Reason {
  return { code, text: `no such ${type}`, rule, source, hidden: true };
}
