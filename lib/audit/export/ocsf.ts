import { safeJson } from '../../model/safe-json.ts';
import type { Severity } from '../../model/shipping.ts';
import { VERSION } from '../../model/version.ts';
import type { AuditRecord } from '../read.ts';
import { FIELD_OF, OURS_ALONE } from './fields.ts';
import { type Nature, natureOf } from './nature.ts';
import { put, putAside, type Tree } from './paths.ts';

const SCHEMA = '1.8.0';
const BASE = { category_uid: 0, class_uid: 0 };
const API_ACTIVITY = { category_uid: 6, class_uid: 6003 };
const DETECTION_FINDING = { category_uid: 2, class_uid: 2004 };
const OTHER = 99;
const READ = 2;
const CREATE = 1;

const SEVERITY_IDS: Readonly<Record<Severity, number>> = { 1: 1, 3: 2, 5: 3, 7: 4, 9: 5 };
const CONTROL = {
  allow: { action_id: 1, action: 'Allowed', disposition_id: 1, disposition: 'Allowed' },
  deny: { action_id: 2, action: 'Denied', disposition_id: 2, disposition: 'Blocked' },
  require_approval: { action_id: OTHER, action: 'require_approval', disposition_id: 23, disposition: 'Challenge' },
} as const;
/** Where API Activity has the parts of a call, a finding has them as evidence, and a base event has no place. */
const OF_CALLS = /^(?:actor|api|resources|trace)\b/;
const EVIDENCE = /^(?:actor|api)\b/;

/**
 * A record as an event of OCSF 1.8.0, in one line: a call as API Activity, what inspection or the registry has found as a
 * Detection Finding, anything else as a base event. What has no place is under `unmapped`.
 */
export function toOcsf(record: AuditRecord): string {
  const nature = natureOf(record);
  const shape = nature.isFinding ? DETECTION_FINDING : isCall(record) ? API_ACTIVITY : BASE;
  const activity = shape === DETECTION_FINDING ? CREATE : record.action === 'resources/read' ? READ : OTHER;
  const isAllowed = nature.decision === undefined || nature.decision === 'allow';
  const event: Tree = {
    ...shape,
    activity_id: activity,
    type_uid: shape.class_uid * 100 + activity,
    time: Date.parse(String(record.ts)) || 0,
    severity_id: SEVERITY_IDS[nature.severity],
    ...(nature.worked === undefined ? {} : { status_id: nature.worked ? 1 : 2 }),
    ...(nature.decision === undefined ? {} : { ...CONTROL[nature.decision], is_alert: nature.isFinding || !isAllowed }),
    metadata: {
      version: SCHEMA,
      product: { vendor_name: 'Sallyport', name: 'Sallyport', version: VERSION },
      profiles: profilesOf(shape, nature, record),
    },
  };
  const isDecided = nature.decision !== undefined;
  for (const [name, value] of Object.entries(record)) place(event, shape, isDecided, name, value);
  if (shape === API_ACTIVITY) completeCall(event, record);
  if (shape === DETECTION_FINDING) completeFinding(event, record, nature);
  put(event, 'activity_name', nature.name);
  put(event, 'message', nature.name);
  return safeJson(event);
}

function isCall({ kind, action }: AuditRecord): boolean {
  return (kind === 'call' && action !== undefined) || kind === 'done';
}

function profilesOf(shape: typeof BASE, { decision }: Nature, { trace }: AuditRecord): string[] {
  const isActivity = shape.class_uid === API_ACTIVITY.class_uid;
  return [
    ...(decision === undefined ? [] : ['security_control']),
    ...(isActivity ? ['ai_operation'] : []),
    ...(isActivity && trace !== undefined ? ['trace'] : []),
  ];
}

function place(event: Tree, shape: typeof BASE, isDecided: boolean, name: string, value: unknown): void {
  if (OURS_ALONE.has(name)) return;
  const path = pathIn(shape, FIELD_OF.get(name)?.ocsf);
  // A policy stands only where something was decided by it.
  const hasPlace = path !== undefined && (isDecided || !path.startsWith('policy.'));
  if (!hasPlace || !put(event, path, value)) putAside(event, 'unmapped', name, value);
}

function pathIn(shape: typeof BASE, path: string | undefined): string | undefined {
  if (path === undefined || shape.class_uid === API_ACTIVITY.class_uid || !OF_CALLS.test(path)) return path;
  if (shape.class_uid === BASE.class_uid || path.startsWith('trace')) return undefined;
  return EVIDENCE.test(path) ? `evidences.0.${path}` : path;
}

/** What API Activity must have, and the message context of the AI profile. */
function completeCall(event: Tree, record: AuditRecord): void {
  const { id, client, resource, session, principal } = record;
  put(event, 'actor.user.uid', 'unknown');
  put(event, 'api.operation', 'done');
  put(event, 'api.request.uid', id ?? 'unknown');
  put(event, 'src_endpoint.name', String(client ?? principal ?? 'unknown'));
  put(event, 'message_context.ai_role_id', 3);
  put(event, 'message_context.service.name', backendOf(resource));
  if (client !== undefined) put(event, 'message_context.application.name', client);
  if (session !== undefined) put(event, 'message_context.uid', session);
}

function completeFinding(event: Tree, record: AuditRecord, nature: Nature): void {
  const { hash, id, check, findings } = record;
  const notes = Array.isArray(findings) ? findings.map((one) => String(one?.note)).join('; ') : '';
  put(event, 'finding_info.uid', String(id ?? hash ?? record.seq));
  put(event, 'finding_info.title', nature.name);
  if (notes !== '') put(event, 'finding_info.desc', notes);
  put(event, 'finding_info.analytic', { type_id: 1, name: String(check ?? record.event ?? 'inspection') });
  if (id !== undefined && Object.hasOwn(event, 'evidences')) {
    put(event, 'evidences.0.api.operation', String(record.action ?? 'done'));
    put(event, 'evidences.0.api.request.uid', id);
  }
}

function backendOf(resource: unknown): string {
  return typeof resource === 'string' && resource.includes('/') ? resource.split('/', 1)[0]! : 'sallyport';
}
