/**
 * Where each member of our records goes in the formats of others; one table for all of them, and nothing is left out: what
 * has no place here goes to the place each format keeps for what it does not know. `ocsf` is a path in an event of OCSF
 * 1.8.0, `ecs` one in the Elastic Common Schema, `cef` a key of an extension.
 */
export interface Field {
  readonly name: string;
  readonly ocsf?: string;
  readonly ecs?: string;
  readonly cef?: string;
  /** What stands for the key beside it, where CEF has only numbered ones. */
  readonly label?: string;
}

export const FIELDS: readonly Field[] = [
  { name: 'seq', ocsf: 'metadata.sequence', ecs: 'event.sequence', cef: 'cn1', label: 'seq' },
  { name: 'ts', ocsf: 'metadata.original_time', ecs: '@timestamp', cef: 'rt' },
  { name: 'kind', ocsf: 'metadata.event_code', ecs: 'event.dataset', cef: 'cat' },
  { name: 'event', ocsf: 'activity_name', ecs: 'event.action' },
  { name: 'id', ocsf: 'metadata.correlation_uid', ecs: 'event.id', cef: 'externalId' },
  { name: 'outcome', ocsf: 'status_detail', ecs: 'event.reason', cef: 'outcome' },
  { name: 'session', ocsf: 'actor.session.uid', cef: 'cs3', label: 'session' },
  { name: 'principal', ocsf: 'actor.user.uid', ecs: 'user.id', cef: 'suser' },
  { name: 'client_id', ocsf: 'actor.app_uid', ecs: 'client.user.id', cef: 'sourceServiceName' },
  { name: 'roles', ecs: 'user.roles', cef: 'spriv' },
  { name: 'tenant', ocsf: 'metadata.tenant_uid', ecs: 'organization.id', cef: 'cs4', label: 'tenant' },
  { name: 'issuer', ocsf: 'actor.session.issuer' },
  { name: 'client', ocsf: 'actor.app_name', ecs: 'user_agent.original', cef: 'requestClientApplication' },
  { name: 'action', ocsf: 'api.operation', ecs: 'event.action', cef: 'requestMethod' },
  { name: 'type', ocsf: 'resources.0.type' },
  { name: 'resource', ocsf: 'resources.0.name', cef: 'request' },
  { name: 'args', ocsf: 'api.request.data' },
  { name: 'decision', cef: 'act' },
  { name: 'code', ocsf: 'status_code', ecs: 'event.code' },
  { name: 'rule', ocsf: 'policy.name', ecs: 'rule.id', cef: 'cs1', label: 'rule' },
  { name: 'source', ocsf: 'policy.desc', ecs: 'rule.reference', cef: 'cs6', label: 'source' },
  { name: 'check', ocsf: 'policy.type', ecs: 'rule.ruleset', cef: 'cs5', label: 'check' },
  { name: 'policy', ocsf: 'policy.uid', ecs: 'rule.version', cef: 'cs2', label: 'policy' },
  { name: 'detail', ocsf: 'message', ecs: 'message', cef: 'msg' },
  { name: 'backend', ocsf: 'api.service.name', ecs: 'service.target.name', cef: 'destinationServiceName' },
  { name: 'host', ecs: 'destination.address', cef: 'dhost' },
  { name: 'port', ecs: 'destination.port', cef: 'dpt' },
  { name: 'address', ecs: 'destination.ip', cef: 'dst' },
  { name: 'up', ecs: 'source.bytes', cef: 'out' },
  { name: 'down', ecs: 'destination.bytes', cef: 'in' },
  { name: 'why', ocsf: 'status_detail', ecs: 'event.reason', cef: 'reason' },
  { name: 'bytes', cef: 'cn2', label: 'bytes' },
  { name: 'ms', cef: 'cfp1', label: 'ms' },
  { name: 'trace', ocsf: 'trace.uid', ecs: 'trace.id' },
  { name: 'hash', ocsf: 'metadata.uid', ecs: 'event.hash' },
  { name: 'log', ocsf: 'metadata.log_name', ecs: 'log.logger' },
];

export const FIELD_OF: ReadonlyMap<string, Field> = new Map(FIELDS.map((field) => [field.name, field]));

/** Members that say what the format itself is. */
export const OURS_ALONE: ReadonlySet<string> = new Set(['v']);
