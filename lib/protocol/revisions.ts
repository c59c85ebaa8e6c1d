/** Revisions that open with `initialize`, oldest first. */
const LEGACY_REVISIONS = ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25'] as const;
export const NEWEST_LEGACY = '2025-11-25';

/** Revisions that carry their facts in every request's `_meta`. */
export const MODERN_REVISIONS = ['2026-07-28'] as const;
export const NEWEST_MODERN = '2026-07-28';

/** The only revision whose messages may come in arrays. */
export const BATCH_REVISION = '2025-03-26';

/** `_meta` keys of the modern era (2026-07-28, basic/index). */
export const META = {
  version: 'io.modelcontextprotocol/protocolVersion',
  clientInfo: 'io.modelcontextprotocol/clientInfo',
  clientCapabilities: 'io.modelcontextprotocol/clientCapabilities',
  logLevel: 'io.modelcontextprotocol/logLevel',
  subscriptionId: 'io.modelcontextprotocol/subscriptionId',
  serverInfo: 'io.modelcontextprotocol/serverInfo',
  relatedTask: 'io.modelcontextprotocol/related-task',
} as const;

export const TASKS_EXTENSION = 'io.modelcontextprotocol/tasks';
export const UI_EXTENSION = 'io.modelcontextprotocol/ui';

export function isLegacy(version: unknown): version is string {
  return (LEGACY_REVISIONS as readonly unknown[]).includes(version);
}

export function isModern(version: unknown): version is string {
  return (MODERN_REVISIONS as readonly unknown[]).includes(version);
}

/** JSON-RPC and MCP error codes with the meanings their specifications give them. */
export const RPC = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  /** 2024-11-05 to 2025-11-25 only. */
  resourceNotFound: -32002,
  /** 2025-11-25 only. */
  urlElicitationRequired: -32042,
  headerMismatch: -32020,
  missingCapability: -32021,
  unsupportedVersion: -32022,
  /** Ours, outside the range the protocol reserves (ruling in docs/adr/0006). */
  unauthenticated: -31401,
  denied: -31403,
  limited: -31429,
  backendFailed: -31502,
  timedOut: -31504,
} as const;
