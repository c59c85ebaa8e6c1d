import { insertionOf } from './insert.ts';
import { fold } from './keys.ts';
import { type Cut, Payload } from './payload.ts';
import { removalsOf } from './remove.ts';
import { children, decodeString } from './walk.ts';

/** Members of `_meta` that say which trace a request belongs to (SEP-414). */
export const TRACE_KEYS = ['traceparent', 'tracestate', 'baggage'] as const;

export type TraceKey = (typeof TRACE_KEYS)[number];

const OBJECT = 0x7b;
const TEXT = 0x22;
/** A longer key is none of them in any spelling. */
const LONGEST_KEY = 64;
/** Longest text that is read of a member; nothing valid is longer. */
const MOST_BYTES = 8192;

/** Members of a message that say of which trace it is, and the message with others in their place. */
export interface Traced {
  /** Their texts; what is no text, or is too long, counts as not there. */
  readonly members: TraceMembers;
  /**
   * The message saying exactly `members`: others are taken out, with every spelling a lenient reader takes for them. All
   * other bytes of it stay as they are; where `_meta` is no object nothing is changed.
   */
  with(members: TraceMembers): Payload | undefined;
}

export type TraceMembers = Partial<Readonly<Record<TraceKey, string>>>;

export function tracedParams(params: Payload | undefined): Traced {
  const span = params?.span('_meta');
  if (params === undefined || span === undefined) return { members: {}, with: (members) => begun(params, members) };
  if (span.kind !== OBJECT) return { members: {}, with: () => params };
  const meta = params.slice(span.start, span.end);
  const bytes = meta.bytes();
  const found: Partial<Record<TraceKey, string>> = {};
  const unwanted: string[] = [];
  const all = children(bytes);
  for (const { key, start, end } of all) {
    if (key.length > LONGEST_KEY || !isTraceKey(fold(key))) continue;
    unwanted.push(key);
    if (isTraceKey(key) && bytes[start] === TEXT && end - start <= MOST_BYTES)
      found[key] = decodeString(bytes, start, end);
  }
  const put = (members: TraceMembers): Payload => {
    const text = textOf(members);
    const cuts: Cut[] = unwanted.length === 0 ? [] : removalsOf(meta, unwanted);
    const at = meta.size - 1;
    if (text !== '') cuts.push({ start: at, end: at, text: unwanted.length === all.length ? text : `,${text}` });
    return params.splice(cuts.map((cut) => ({ ...cut, start: cut.start + span.start, end: cut.end + span.start })));
  };
  return { members: found, with: put };
}

/** Nothing was said of it before. */
function begun(params: Payload | undefined, members: TraceMembers): Payload | undefined {
  const text = textOf(members);
  if (text === '') return params;
  if (params === undefined) return Payload.of(`{"_meta":{${text}}}`);
  return params.splice([insertionOf(params, `"_meta":{${text}}`)]);
}

function textOf(members: TraceMembers): string {
  return Object.entries(members)
    .map(([key, value]) => `"${key}":${JSON.stringify(value)}`)
    .join(',');
}

function isTraceKey(key: string): key is TraceKey {
  return (TRACE_KEYS as readonly string[]).includes(key);
}
