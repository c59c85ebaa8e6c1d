import type { ParamHeader } from '../../lib/model/param-header.ts';
import { encodeHeaderValue } from '../../lib/protocol/header-values.ts';
import { nameHeaderKey } from '../../lib/protocol/name-header.ts';
import { paramHeaderValues } from '../../lib/protocol/param-headers.ts';
import type { Message } from './message.ts';
import type { HeaderList } from './pool.ts';

/** Which arguments of a tool are repeated in headers. */
export type ParamHeadersOf = (tool: string) => readonly ParamHeader[];

/**
 * The headers that repeat members of a modern message (2026-07-28, streamable-http): always those of the body they
 * go with, however often that was rewritten on its way.
 */
export function modernHeaders(message: Message, revision: string, paramHeadersOf: ParamHeadersOf): HeaderList {
  const { method, params } = message;
  const key = nameHeaderKey(method);
  const name = key && params?.string(key);
  const headers = ['MCP-Protocol-Version', encodeHeaderValue(revision), 'Mcp-Method', encodeHeaderValue(method)];
  if (name !== undefined) headers.push('Mcp-Name', encodeHeaderValue(name));
  const repeated = method === 'tools/call' && name !== undefined ? paramHeadersOf(name) : [];
  if (repeated.length === 0) return headers;
  return [...headers, ...paramHeaderValues(repeated, params?.member('arguments')?.json()).flat()];
}
