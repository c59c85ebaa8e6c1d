import { asObject, type Json } from '../model/json.ts';
import type { ItemKind } from '../model/registry.ts';
import { canonical } from './canonical.ts';

const DATE = /^[\dTZ :.+-]{4,40}$/i;
const SUPPORT: ReadonlySet<unknown> = new Set([undefined, 'forbidden', 'optional', 'required']);

/**
 * Whether two definitions that are not the same differ only in what is not theirs to keep: the size and the date of a
 * resource, which change with its contents, and, between eras, what only one of them has (`execution`, 2025-11-25).
 */
export function sameInEffect(kind: ItemKind, a: Json, b: Json, acrossEras: boolean): boolean {
  if (kind !== 'resource' && !acrossEras) return false;
  return canonical(lasting(kind, a, acrossEras)) === canonical(lasting(kind, b, acrossEras));
}

function lasting(kind: ItemKind, definition: Json, acrossEras: boolean): Json {
  const { execution, ...rest } = definition;
  const kept = acrossEras && isFormal(execution) ? rest : definition;
  if (kind !== 'resource') return kept;
  const { size, annotations, ...others } = kept;
  const { lastModified, ...notes } = asObject(annotations) ?? {};
  return {
    ...others,
    ...(Object.keys(notes).length > 0 && { annotations: notes }),
    ...(size !== undefined && typeof size !== 'number' && { size }),
    ...(lastModified !== undefined && !DATE.test(String(lastModified)) && { lastModified }),
  };
}

/** Whether it says what the protocol has it say, and nothing for a model to read. */
function isFormal(execution: unknown): boolean {
  if (execution === undefined) return true;
  const { taskSupport, ...others } = asObject(execution) ?? { none: true };
  return Object.keys(others).length === 0 && SUPPORT.has(taskSupport);
}
