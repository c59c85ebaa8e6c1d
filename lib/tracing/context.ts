/** A place in a trace somebody else is at (W3C Trace Context). */
export interface RemoteSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly sampled: boolean;
  /** As it came, when it is well-formed and came with a `traceparent`. */
  readonly state: string | undefined;
}

const PARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-[\x21-\x7e]*)?$/;
const SAMPLED = 1;
const MOST_PARENT = 256;
const MOST_STATE = 512;
const MOST_MEMBERS = 32;
const KEY = /^[a-z0-9][a-z0-9_\-*/]{0,255}$|^[a-z0-9][a-z0-9_\-*/]{0,240}@[a-z][a-z0-9_\-*/]{0,13}$/;
const VALUE = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;
const NO_TRACE = '0'.repeat(32);
const NO_SPAN = '0'.repeat(16);

/** What `traceparent` and `tracestate` say; undefined for anything the standard does not allow. */
export function remoteSpan(parent: string | undefined, state: string | undefined): RemoteSpan | undefined {
  if (parent === undefined || parent.length > MOST_PARENT) return undefined;
  const [, version, traceId, spanId, flags, more] = PARENT.exec(parent) ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  if (traceId === NO_TRACE || spanId === NO_SPAN) return undefined;
  const sampled = (Number.parseInt(flags!, 16) & SAMPLED) === SAMPLED;
  return { traceId: traceId!, spanId: spanId!, sampled, state: validState(state) };
}

export function traceparentOf(traceId: string, spanId: string, sampled: boolean): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;
}

/** A list that breaks a rule of the standard is dropped as a whole, as the standard says. */
function validState(text: string | undefined): string | undefined {
  if (text === undefined || text.length > MOST_STATE) return undefined;
  const members = text
    .split(',')
    .map((member) => member.trim())
    .filter((member) => member !== '');
  if (members.length === 0 || members.length > MOST_MEMBERS) return undefined;
  const keys = members.map((member) => member.slice(0, Math.max(0, member.indexOf('='))));
  const isSound = members.every((member, i) => KEY.test(keys[i]!) && VALUE.test(member.slice(keys[i]!.length + 1)));
  return isSound && new Set(keys).size === keys.length ? members.join(',') : undefined;
}
