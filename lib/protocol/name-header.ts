import { CLIENT_REQUESTS } from './methods.ts';

/**
 * The `params` member that `Mcp-Name` repeats in a modern request of `method` (2026-07-28, streamable-http,
 * Standard Request Headers; tasks by their extension); undefined for a method whose subject has no header.
 */
export function nameHeaderKey(method: string): 'name' | 'uri' | 'taskId' | undefined {
  const rule = CLIENT_REQUESTS.get(method);
  return rule?.modern === true && rule.at !== 'ref' ? rule.at : undefined;
}
