import type { AuditRecord } from '../audit/read.ts';
import type { Decision } from '../model/decision.ts';
import { asObject, type Json } from '../model/json.ts';
import { ACTIONS, type Asked, type AskedType, splitName } from './asked.ts';

/** A call of the log that policy was asked about, with as much of it as can be asked again. */
export interface RecordedCall {
  readonly record: AuditRecord;
  readonly id: string;
  readonly ts: string;
  readonly effect: Decision['effect'];
  readonly code: string | undefined;
  readonly rule: string | undefined;
  /** It was let through only because its backend was observed. */
  readonly wouldDeny: boolean;
  /** The client of a key by its name, else the user of the machine. */
  readonly principal: string;
  /** `backend/name`. */
  readonly resource: string;
  /** The call again; undefined when the record does not hold all of it. */
  readonly asked: Asked | undefined;
  /** Why it cannot be asked again. */
  readonly missing: string | undefined;
}

/** What the log says of calls, and which of its decisions depended on the moment they were made. */
const TYPES: ReadonlyMap<string, AskedType> = new Map(
  (Object.entries(ACTIONS) as [AskedType, string][]).map(([type, action]) => [action, type]),
);
/** Stopped, limits of size and number, rates, budgets, repetitions, flows: nothing in a record says them again. */
const OF_THE_MOMENT = /^SP30(?:07|11|13|3\d)$|^SP3151$/;
const MOMENT_RULES = /^(?:policies\.baseline\.repeated_calls|policies\.flows|budgets)\b/;
/** What was refused before policy was asked. */
const NOT_POLICY = /^SP[58]/;

/** The calls among `records` that a policy decides on by what they are; all records must be given at once. */
export function recordedCalls(records: readonly AuditRecord[]): RecordedCall[] {
  const capturing = new Set(
    records.filter((record) => 'args' in record || 'args_sha256' in record).map(({ policy }) => policy),
  );
  return records.flatMap((record) => {
    const type = record.kind === 'call' ? TYPES.get(String(record.action)) : undefined;
    const name = splitName(String(record.resource));
    if (type === undefined || name === undefined || record.direction === 'to-client') return [];
    if (NOT_POLICY.test(String(record.code))) return [];
    return [callOf(record, type, name, capturing.has(record.policy))];
  });
}

function callOf(
  record: AuditRecord,
  type: AskedType,
  { backend, id }: { readonly backend: string; readonly id: string },
  capturing: boolean,
): RecordedCall {
  const would = asObject(record.would_deny);
  const code = textOf(record.code ?? would?.code);
  const rule = textOf(record.rule ?? would?.rule);
  const args = type === 'resource' ? {} : argumentsIn(record, capturing);
  const missing = missingIn(record, args, code, rule);
  const asked: Asked = {
    type,
    backend,
    id,
    args: typeof args === 'string' ? {} : args,
    as: undefined,
    roles: [],
    tenant: undefined,
    shape: undefined,
  };
  return {
    record,
    id: String(record.id),
    ts: String(record.ts),
    effect: record.decision as Decision['effect'],
    code,
    rule,
    wouldDeny: would !== undefined,
    principal: String(record.principal),
    resource: `${backend}/${id}`,
    asked: missing === undefined ? asked : undefined,
    missing,
  };
}

/** The arguments, or why they are not all there. Records of one policy are all captured in the same way. */
function argumentsIn(record: AuditRecord, capturing: boolean): Json | string {
  if ('args_sha256' in record) return 'its arguments were not captured whole';
  if (!('args' in record)) return capturing ? {} : 'no arguments were captured';
  return asObject(record.args) ?? 'its arguments are no object';
}

function missingIn(
  { resource }: AuditRecord,
  args: Json | string,
  code: string | undefined,
  rule: string | undefined,
): string | undefined {
  if (typeof args === 'string') return args;
  if (String(resource).includes('[masked]')) return 'its name holds a masked secret';
  if (OF_THE_MOMENT.test(code ?? '') || MOMENT_RULES.test(rule ?? '')) return 'it depended on what was before it';
  return undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
