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
  /** The call as far as it was captured: long texts, secrets and names that say so stand in it as marks. */
  readonly shown: Asked | undefined;
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

/** Gathers the calls of a log record by record, so that the rest of the log is not held. */
export class CallGathering {
  readonly #records: { readonly record: AuditRecord; readonly type: AskedType }[] = [];
  /** Policies whose records show arguments: one of them without any had none. */
  readonly #capturing = new Set<unknown>();

  get count(): number {
    return this.#records.length;
  }

  /** Notes what a record tells of the others, without keeping it. */
  learn(record: AuditRecord): void {
    if ('args' in record || 'args_sha256' in record) this.#capturing.add(record.policy);
  }

  add(record: AuditRecord): void {
    this.learn(record);
    const type = record.kind === 'call' ? TYPES.get(String(record.action)) : undefined;
    if (type === undefined || record.direction === 'to-client' || NOT_POLICY.test(String(record.code))) return;
    this.#records.push({ record, type });
  }

  /** The calls a policy decides on by what they are, oldest first. */
  calls(): RecordedCall[] {
    const sorted = this.#records.sort((a, b) => (String(a.record.ts) < String(b.record.ts) ? -1 : 1));
    return sorted.flatMap(({ record, type }) => {
      const name = splitName(String(record.resource));
      return name === undefined ? [] : [callOf(record, type, name, this.#capturing.has(record.policy))];
    });
  }
}

/** Codes of calls that were denied because a person had to agree and did not. */
const ASKING: ReadonlySet<string> = new Set(['SP6001', 'SP6002', 'SP6003', 'SP6004', 'SP6005', 'SP6006']);

/** The calls among `records`. */
export function recordedCalls(records: readonly AuditRecord[]): RecordedCall[] {
  const gathering = new CallGathering();
  for (const record of records) gathering.add(record);
  return gathering.calls();
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
  const of = (known: Json): Asked => ({
    type,
    backend,
    id,
    args: known,
    as: undefined,
    roles: [],
    tenant: undefined,
    shape: undefined,
  });
  const captured = typeof args === 'string' ? asObject(record.args) : args;
  return {
    record,
    id: String(record.id),
    ts: String(record.ts),
    effect: effectOf(record),
    code,
    rule,
    wouldDeny: would !== undefined,
    principal: String(record.principal),
    resource: `${backend}/${id}`,
    asked: missing === undefined && captured !== undefined ? of(captured) : undefined,
    shown: captured && of(captured),
    missing,
  };
}

/** What policy said of it: that it needs a person, whatever they said then and whether anybody could be asked. */
function effectOf({ decision, code, approval }: AuditRecord): Decision['effect'] {
  const asked = decision === 'deny' ? ASKING.has(textOf(code) ?? '') : approval !== undefined;
  return asked ? 'require_approval' : (decision as Decision['effect']);
}

/** Whether a text stands for one that was not captured. */
export function isMark(text: string): boolean {
  return /^\[(?:redacted|\d+ (?:characters|bytes))\]$|\[masked\]/.test(text);
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
