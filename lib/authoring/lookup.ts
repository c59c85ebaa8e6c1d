import type { AuditRecord } from '../audit/read.ts';
import { keysOf } from '../model/json-pointer.ts';

/** A decision and what came of it. */
export interface FoundDecision {
  readonly call: AuditRecord;
  readonly done: AuditRecord | undefined;
}

const MISSING = Symbol('missing');

/** The record of a decision by its id, which may be shortened to its end as long as only one fits. */
export function findDecision(records: readonly AuditRecord[], id: string): FoundDecision | undefined {
  const wanted = id.toUpperCase();
  const calls = records.filter(({ kind, id: own }) => kind === 'call' && String(own).endsWith(wanted));
  const ids = new Set(calls.map(({ id: own }) => own));
  if (ids.size !== 1) return undefined;
  const [call] = calls;
  return { call: call!, done: records.find(({ kind, id: own }) => kind === 'done' && own === call!.id) };
}

/** What stands at a JSON pointer (RFC 6901); undefined when nothing does. */
export function valueAtPointer(value: unknown, pointer: string): unknown {
  const found = keysOf(pointer).reduce<unknown>((inner, key) => {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, key)) return MISSING;
    return (inner as Record<string, unknown>)[key];
  }, value);
  return found === MISSING ? undefined : found;
}
