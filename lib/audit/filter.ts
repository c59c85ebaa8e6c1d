import { safeJson } from '../model/safe-json.ts';
import { compileGlob } from '../policy/glob.ts';
import type { AuditRecord } from './read.ts';

/** What `audit query` looks for; everything given must hold. */
export interface Filter {
  readonly sinceMs?: number | undefined;
  readonly untilMs?: number | undefined;
  /** Globs, in which `*` stands for anything. */
  readonly resource?: string | undefined;
  readonly tool?: string | undefined;
  readonly principal?: string | undefined;
  /** Of the name a client gives itself, or of that of its key. */
  readonly client?: string | undefined;
  readonly backend?: string | undefined;
  readonly tenant?: string | undefined;
  readonly session?: string | undefined;
  readonly decision?: string | undefined;
  readonly code?: string | undefined;
  readonly kind?: string | undefined;
  readonly id?: string | undefined;
  /** 32 lower-case hex digits. */
  readonly trace?: string | undefined;
}

const EXACT = ['id', 'trace', 'session', 'code', 'tenant', 'decision', 'kind'] as const;
const GLOBS = ['resource', 'tool', 'principal', 'client'] as const;
const WILD = /[*?{]/;

/** Members each part of a filter asks about, where that is not the one of its name. */
const ASKED: Readonly<Partial<Record<keyof Filter, readonly string[]>>> = {
  sinceMs: ['ts'],
  untilMs: ['ts'],
  tool: ['type', 'resource'],
  client: ['client', 'client_id'],
  backend: ['backend', 'resource', 'from'],
};

/** The members a filter asks about. */
export function membersAsked(filter: Filter): string[] {
  const parts = [...EXACT, ...GLOBS, 'sinceMs', 'untilMs', 'backend'] as const;
  return parts.filter((part) => filter[part] !== undefined).flatMap((part) => ASKED[part] ?? [part]);
}

/** Whether `record` is looked for. A `done` record has no resource, so it is found by its id alone. Throws `GlobError`. */
export function createFilter(filter: Filter): (record: AuditRecord) => boolean {
  const globs = GLOBS.flatMap((key) => {
    const glob = filter[key];
    return glob === undefined ? [] : [{ texts: TEXTS[key], matches: compileGlob(glob, 'anything') }];
  });
  const exact = EXACT.filter((key) => filter[key] !== undefined);
  const { sinceMs, untilMs, backend } = filter;
  return (record) => {
    for (const key of exact) if (filter[key] !== record[key]) return false;
    if (sinceMs !== undefined || untilMs !== undefined) {
      const ts = Date.parse(String(record.ts));
      if (sinceMs !== undefined && !(ts >= sinceMs)) return false;
      if (untilMs !== undefined && !(ts <= untilMs)) return false;
    }
    if (backend !== undefined && backendOf(record) !== backend) return false;
    return globs.every(({ texts, matches }) =>
      texts(record).some((text) => text !== undefined && matches(String(text))),
    );
  };
}

/** What each glob is compared with. */
const TEXTS: Readonly<Record<(typeof GLOBS)[number], (record: AuditRecord) => readonly unknown[]>> = {
  resource: ({ resource }) => [resource],
  tool: ({ type, resource }) => (type === 'tool' ? [resource] : []),
  principal: ({ principal }) => [principal],
  client: ({ client, client_id }) => [client, client_id],
};

/**
 * Bytes that stand in every line that is looked for, the rarest that can be told; undefined when there are none. Records
 * write each text in one way only, so what is written differently was not written by us, and `audit verify` says so.
 */
export function needleOf(filter: Filter): Buffer | undefined {
  const resource = filter.resource ?? filter.tool;
  const literal = (key: 'resource' | 'principal', glob: string | undefined): string[] => {
    if (glob === undefined || glob.length > 256) return [];
    const plain = glob.split(WILD, 1)[0]!;
    return plain === '' ? [] : [`"${key}":${plain === glob ? safeJson(plain) : safeJson(plain).slice(0, -1)}`];
  };
  const exact = (keys: readonly (typeof EXACT)[number][]) =>
    keys.flatMap((key) => (filter[key] === undefined ? [] : [`"${key}":${safeJson(filter[key])}`]));
  const [needle] = [
    ...exact(['id', 'trace', 'session', 'code']),
    ...literal('principal', filter.principal),
    ...literal('resource', resource),
    ...exact(filter.decision === 'allow' ? ['tenant', 'kind', 'decision'] : ['decision', 'tenant', 'kind']),
    ...(filter.backend === undefined ? [] : [safeJson(filter.backend).slice(0, -1)]),
  ];
  return needle === undefined ? undefined : Buffer.from(needle);
}

function backendOf(record: AuditRecord): string | undefined {
  if (typeof record.backend === 'string') return record.backend;
  if (typeof record.resource === 'string' && record.resource.includes('/')) return record.resource.split('/', 1)[0];
  return typeof record.from === 'string' ? record.from : undefined;
}
