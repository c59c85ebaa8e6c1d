import type { ResourceType } from '../model/call.ts';

/** The lists a server offers; the value is the result member that holds the items. */
export const LISTS = {
  'tools/list': 'tools',
  'prompts/list': 'prompts',
  'resources/list': 'resources',
  'resources/templates/list': 'resourceTemplates',
  'tasks/list': 'tasks',
} as const;
export type ListMethod = keyof typeof LISTS;

/** How a request is carried out: by us, by all backends together, or by the backend its subject names. */
export type Way = 'own' | 'list' | 'route';

export interface MethodRule {
  readonly way: Way;
  readonly legacy: boolean;
  readonly modern: boolean;
  /** The first revision that has it; all of its era have it when this is left out. */
  readonly since?: string;
  readonly type: ResourceType;
  /** The `params` member that names the subject. */
  readonly at?: 'name' | 'uri' | 'taskId' | 'ref';
  /** A modern server may answer that it needs input first. */
  readonly rounds?: boolean;
}

const both = { legacy: true, modern: true };
const legacy = { legacy: true, modern: false };
const modern = { legacy: false, modern: true };

/** Every request a client may send, over all revisions. What is not here is refused (docs/adr/0006). */
export const CLIENT_REQUESTS: ReadonlyMap<string, MethodRule> = new Map<string, MethodRule>([
  ['initialize', { way: 'own', type: 'method', ...legacy }],
  ['ping', { way: 'own', type: 'method', ...legacy }],
  ['server/discover', { way: 'own', type: 'method', ...both }],
  ['logging/setLevel', { way: 'own', type: 'method', ...legacy }],
  ['subscriptions/listen', { way: 'own', type: 'method', ...modern }],
  ['tools/list', { way: 'list', type: 'list', ...both }],
  ['prompts/list', { way: 'list', type: 'list', ...both }],
  ['resources/list', { way: 'list', type: 'list', ...both }],
  ['resources/templates/list', { way: 'list', type: 'list', ...both }],
  ['tasks/list', { way: 'list', type: 'list', since: '2025-11-25', ...legacy }],
  ['tools/call', { way: 'route', type: 'tool', at: 'name', rounds: true, ...both }],
  ['prompts/get', { way: 'route', type: 'prompt', at: 'name', rounds: true, ...both }],
  ['resources/read', { way: 'route', type: 'resource', at: 'uri', rounds: true, ...both }],
  ['resources/subscribe', { way: 'route', type: 'resource', at: 'uri', ...legacy }],
  ['resources/unsubscribe', { way: 'route', type: 'resource', at: 'uri', ...legacy }],
  ['completion/complete', { way: 'route', type: 'resource', at: 'ref', ...both }],
  ['tasks/get', { way: 'route', type: 'task', at: 'taskId', since: '2025-11-25', ...both }],
  ['tasks/cancel', { way: 'route', type: 'task', at: 'taskId', since: '2025-11-25', ...both }],
  ['tasks/result', { way: 'route', type: 'task', at: 'taskId', since: '2025-11-25', ...legacy }],
  ['tasks/update', { way: 'route', type: 'task', at: 'taskId', ...modern }],
]);

/** Every request a legacy server may send, and the client capability it needs. */
export const SERVER_REQUESTS: ReadonlyMap<string, 'sampling' | 'elicitation' | 'roots'> = new Map([
  ['sampling/createMessage', 'sampling'],
  ['elicitation/create', 'elicitation'],
  ['roots/list', 'roots'],
] as const);

/** Log levels, least first (RFC 5424). */
export const LOG_LEVELS = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'] as const;
