import { asObject, type Json } from '../../model/json.ts';
import { SERVER_REQUESTS } from '../../protocol/methods.ts';

/** Why a map of input requests cannot be put to a client with these capabilities. */
export function wishesProblem(wishes: unknown, capabilities: Json): string | undefined {
  const map = asObject(wishes);
  if (map === undefined) return 'input requests that are not a map';
  for (const wish of Object.values(map)) {
    const problem = wishProblem(wish, capabilities);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Why one of them cannot. */
export function wishProblem(wish: unknown, capabilities: Json): string | undefined {
  const { method, params } = (wish ?? {}) as { method?: unknown; params?: Json };
  const kind = typeof method === 'string' ? SERVER_REQUESTS.get(method) : undefined;
  if (kind === undefined) return 'an input request of an unknown kind';
  const declared = capabilities[kind] as Json | null | undefined;
  if (declared === undefined || declared === null) return `a ${kind} request the client cannot answer`;
  if (kind === 'elicitation' && params?.mode === 'url' && declared.url === undefined)
    return 'a link the client cannot open';
  if (kind === 'elicitation' && params?.mode !== 'url' && declared.form === undefined && declared.url !== undefined) {
    return 'a form the client cannot show';
  }
  if (kind === 'sampling' && params?.tools !== undefined && declared.tools === undefined) {
    return 'a sampling request with tools the client cannot use';
  }
  return undefined;
}
