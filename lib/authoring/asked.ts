import type { Call, ResourceType } from '../model/call.ts';
import type { Config } from '../model/config.ts';
import type { Json } from '../model/json.ts';
import { LOCAL_CLIENT, type Principal } from '../model/principal.ts';
import type { ToolShape } from '../model/tool-shape.ts';
import { Payload } from '../wire/payload.ts';

export type AskedType = Extract<ResourceType, 'tool' | 'prompt' | 'resource'>;

/** A call as a person writes it down: what is called, with what, and who calls. */
export interface Asked {
  readonly type: AskedType;
  readonly backend: string;
  /** The backend's own name for it, or a URI. */
  readonly id: string;
  readonly args: Json;
  /** The client by its proven name; undefined for whoever runs the program. */
  readonly as: string | undefined;
  /** Roles besides those of the client's key. */
  readonly roles: readonly string[];
  readonly tenant: string | undefined;
  /** What the server says of the tool, as far as it is known. */
  readonly shape: ToolShape | undefined;
}

export const ACTIONS: Readonly<Record<AskedType, string>> = {
  tool: 'tools/call',
  prompt: 'prompts/get',
  resource: 'resources/read',
};

/** About the bytes an envelope adds to the parameters of a request. */
const ENVELOPE_BYTES = 60;

/** The call as policy is asked it; every one is of a session of its own, so that none depends on another. */
export function callAsked(asked: Asked, config: Config, user: string, id: string): Call {
  const { type, backend, args, shape } = asked;
  const params = type === 'resource' ? { uri: asked.id } : { name: asked.id, arguments: args };
  const payload = Payload.of(JSON.stringify(params));
  return {
    id,
    session: id,
    direction: 'to-backend',
    era: 'legacy',
    principal: principalOf(asked, config, user),
    action: ACTIONS[type],
    resource: { backend, type, id: asked.id },
    params: payload,
    args: payload.member('arguments'),
    facts: { size: payload.size + ENVELOPE_BYTES, inFlight: 0, openQuestions: 0, structured: false, tool: shape },
  };
}

/** Whoever has a key of this name has what the key has; any other name is a client with nothing but it. */
function principalOf({ as, roles, tenant }: Asked, { auth }: Config, user: string): Principal {
  if (as === undefined) {
    return { subject: user, clientId: LOCAL_CLIENT, agent: '', roles: [...roles], tenant, proof: 'os-user' };
  }
  const keys = auth.apiKeys.filter(({ clientId }) => clientId === as);
  const all = keys.flatMap((key) => key.roles);
  return {
    subject: as,
    clientId: as,
    agent: '',
    roles: [...new Set([...all, ...roles])],
    permissions: keys.find(({ permissions }) => permissions !== undefined)?.permissions,
    tenant: tenant ?? keys.find((key) => key.tenant !== undefined)?.tenant,
    proof: 'api-key',
  };
}

/** Both halves of `backend/name`, split at the first slash; undefined when there is none. */
export function splitName(text: string): { readonly backend: string; readonly id: string } | undefined {
  const slash = text.indexOf('/');
  if (slash < 1 || slash === text.length - 1) return undefined;
  return { backend: text.slice(0, slash), id: text.slice(slash + 1) };
}
