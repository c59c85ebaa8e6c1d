import { safeJson } from '../../model/safe-json.ts';
import { VERSION } from '../../model/version.ts';
import type { AuditRecord } from '../read.ts';
import { FIELD_OF, OURS_ALONE } from './fields.ts';
import { type Nature, natureOf } from './nature.ts';
import { put, putAside, type Tree } from './paths.ts';

const SCHEMA = '8.17.0';

/**
 * A record as an event of the Elastic Common Schema, in one line. What the schema has no field for is under `sallyport`,
 * where whatever is no plain value stands as JSON text, so that arguments make no fields of an index.
 */
export function toEcs(record: AuditRecord): string {
  const nature = natureOf(record);
  const event: Tree = {
    '@timestamp': record.ts,
    ecs: { version: SCHEMA },
    event: {
      kind: nature.isFinding ? 'alert' : 'event',
      category: categoriesOf(record, nature),
      type: typesOf(record, nature),
      outcome: nature.worked === undefined ? 'unknown' : nature.worked ? 'success' : 'failure',
      severity: nature.severity,
      provider: 'sallyport',
      module: 'sallyport',
    },
    observer: { vendor: 'Sallyport', product: 'Sallyport', type: 'gateway', version: VERSION },
  };
  for (const [name, value] of Object.entries(record)) place(event, name, value);
  if (typeof record.ms === 'number') put(event, 'event.duration', Math.round(record.ms * 1e6));
  put(event, 'message', nature.name);
  return safeJson(event);
}

function place(event: Tree, name: string, value: unknown): void {
  if (OURS_ALONE.has(name) || name === 'ts') return;
  if (name === 'kind') return void put(event, 'event.dataset', `sallyport.${String(value)}`);
  const path = FIELD_OF.get(name)?.ecs;
  if (path !== undefined && put(event, path, value)) return;
  putAside(event, 'sallyport', name, isPlain(value) ? value : safeJson(value));
}

function isPlain(value: unknown): boolean {
  return typeof value !== 'object' || value === null || (Array.isArray(value) && value.every((one) => isText(one)));
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

function categoriesOf({ kind, event }: AuditRecord, { isFinding }: Nature): string[] {
  const name = String(event);
  if (isFinding) return ['intrusion_detection'];
  if (kind !== 'event') return ['api'];
  if (name.startsWith('session')) return ['session'];
  if (name.startsWith('egress')) return ['network'];
  if (name.startsWith('config') || name === 'stopped' || name === 'resumed') return ['configuration'];
  return ['process'];
}

function typesOf({ kind, event }: AuditRecord, { decision }: Nature): string[] {
  const decided = decision === 'allow' ? ['allowed'] : decision === undefined ? [] : ['denied'];
  if (kind === 'done') return ['end'];
  if (kind === 'refused') return ['denied'];
  if (kind === 'call') return ['access', ...decided];
  return decided.length > 0 ? decided : [String(event).endsWith('_started') ? 'start' : 'info'];
}
