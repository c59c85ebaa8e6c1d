import type { Resource } from '../model/call.ts';
import type { Config } from '../model/config.ts';
import type { Reason } from '../model/decision.ts';
import type { Allowed, Pattern } from '../model/lists.ts';
import type { Identity, Principal, Proof } from '../model/principal.ts';
import type { ToolEffect } from '../model/rules.ts';
import { compileGlob, type Matches } from '../policy/glob.ts';
import { inPlace } from '../policy/rule-fault.ts';
import { compileConstraint, compileSelector, type Selects } from '../policy/selector.ts';

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

/** What a tool does, as it stands now and as the first layer of the config has it; what grants must hold of both. */
export interface Effects {
  readonly now: () => ToolEffect;
  readonly own: () => ToolEffect;
}

/** What a principal may use because of who it is: its roles and permissions, its agent, its tenant. */
export interface Standing {
  /** Why it may not; undefined when nothing forbids it. */
  readonly refusal: Reason | undefined;
  /** The layers whose roles or permissions grant it. */
  readonly granted: readonly number[];
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
      denied: role.denied.map(limiting),
    }));
    this.#agents = agents.map(({ name, allowed, denied, ...place }) => ({
      name: inPlace(place, 'SP1010', () => compileGlob(name, 'anything')),
      allowed: allowed.map((list) => ({ ...list, patterns: list.patterns.map(selecting) })),
      denied: denied.map(limiting),
    }));
    this.#tenants = tenants.map(({ clients, backends, ...tenant }) => {
      const globs = clients.map((client) => inPlace(tenant, 'SP1010', () => compileGlob(client, 'anything')));
      const has = (clientId: string) => globs.some((matches) => matches(clientId));
      return { ...tenant, has, backends: backends && new Set(backends) };
    });
  }

  /** The tenant of a principal: what its proof says, else the one that lists its client. */
  tenantOf({ tenant, clientId }: Principal): string | undefined {
    return tenant ?? this.#tenants.find(({ has }) => has(clientId))?.name;
  }

  /** Whether a backend is there for the tenant of somebody. */
  reaches(who: Identity, backend: string): boolean {
    return this.#barrier(who, backend) === undefined;
  }

  standing(principal: Principal, resource: Resource, effect: Effects): Standing {
    const barred = this.#barrier(principal, resource.backend);
    const refusal = barred ? refused('SP3010', resource.type, barred) : this.#agentRefusal(principal, resource, effect);
    if (refusal !== undefined) return { refusal, granted: NONE };
    return this.#byRoles(principal, resource, effect);
  }

  /**
   * All entries of its tenant hold, and without a proven one all that list its client. The operator of keys knows their
   * tenants; an issuer may name any, and one that is not listed where others are has nothing.
   */
  #barrier({ tenant, clientId, proof }: Identity, backend: string): { rule: string; source: string } | undefined {
    const mine = this.#tenants.filter(({ name, has }) => (tenant === undefined ? has(clientId) : name === tenant));
    const stranger = mine.length === 0 && tenant !== undefined && isByToken(proof) && this.#tenants[0];
    if (stranger) return { rule: 'tenants', source: stranger.source };
    const wrong = mine.find(({ backends }) => backends?.has(backend) === false);
    return wrong && { rule: `${wrong.rule}.backends`, source: wrong.source };
  }

  #agentRefusal({ clientId }: Principal, resource: Resource, { now, own }: Effects): Reason | undefined {
    const { backend, id, type } = resource;
    for (const agent of this.#agents) {
      if (!agent.name(clientId)) continue;
      const denied = agent.denied.find(({ selects }) => selects(backend, id, now));
      if (denied !== undefined) return refused('SP3009', type, denied);
      const missing = agent.allowed.find(
        ({ patterns }) => !patterns.some(({ selects }) => selects(backend, id, now) && selects(backend, id, own)),
      );
      if (missing !== undefined) return refused('SP3009', type, missing);
    }
    return undefined;
  }

  /**
   * Without roles and permissions nothing is narrowed; with some, only what they permit exists, and where an issuer says
   * who has which roles, somebody with none has nothing. Each layer that defines roles must permit it, so that none widens
   * another.
   */
  #byRoles(principal: Principal, { backend, id, type }: Resource, { now, own }: Effects): Standing {
    const grants = (selects: Selects) => selects(backend, id, now) && selects(backend, id, own);
    const { roles, permissions, byRoles = false } = principal;
    const layers = new Set(roles.length === 0 && !byRoles ? [] : this.#roles.map(({ layer }) => layer));
    if (permissions !== undefined) layers.add(this.#keysLayer);
    if (layers.size === 0) return byRoles ? { refusal: refused('SP3008', type, NO_ROLE), granted: NONE } : NEUTRAL;
    const held = this.#roles.filter(({ name }) => roles.includes(name));
    const denied = held.flatMap((role) => role.denied).find(({ selects }) => selects(backend, id, now));
    if (denied !== undefined) return { refusal: refused('SP3008', type, denied), granted: NONE };
    for (const layer of layers) {
      const byRole = held
        .filter((role) => role.layer === layer)
        .some((role) => role.permissions.some(({ selects }) => grants(selects)));
      const byKey =
        layer === this.#keysLayer && permissions?.some((selector) => grants(this.#permission(selector))) === true;
      if (!byRole && !byKey) return { refusal: refused('SP3008', type, NO_ROLE), granted: NONE };
    }
    return { refusal: undefined, granted: [...layers] };
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

function isByToken(proof: Proof): boolean {
  return proof === 'jwt' || proof === 'introspection';
}

const NONE: readonly never[] = [];
const NEUTRAL: Standing = { refusal: undefined, granted: NONE };
const NO_ROLE = { rule: 'roles', source: 'no role permits it' };

function selecting(pattern: Pattern): Selecting {
  return { ...pattern, selects: compileSelector(pattern.glob) };
}

function limiting(pattern: Pattern): Selecting {
  return { ...pattern, selects: compileConstraint(pattern.glob) };
}

function refused(
  code: 'SP3008' | 'SP3009' | 'SP3010',
  type: string,
  { rule, source }: { readonly rule: string; readonly source: string },
): Reason {
  return { code, text: `no such ${type}`, rule, source, hidden: true };
}
