import type { Json } from '../model/json.ts';
import { META } from '../protocol/revisions.ts';
import { Payload } from '../wire/payload.ts';
import { withoutMembers } from '../wire/remove.ts';
import { isObject, withAdded, withChanged, withoutMeta } from './members.ts';

/** The facts a modern request carries (2026-07-28, basic/index). */
export interface ModernMeta {
  readonly version: string;
  /** Left out when the client did not say who it is. */
  readonly clientInfo?: Payload | Json | undefined;
  readonly clientCapabilities: Payload | Json;
  /** The level the client asked for with `logging/setLevel`, if it did. */
  readonly logLevel?: string | undefined;
}

const REQUEST_META = [META.version, META.clientInfo, META.clientCapabilities, META.logLevel];

/**
 * `params` with these facts in `_meta`, in place of any that stood there; everything else keeps its bytes.
 * `malformed` when `_meta` is no object.
 */
export function withModernMeta(params: Payload | undefined, facts: ModernMeta): Payload | 'malformed' {
  const added = textOf(facts);
  if (params === undefined) return Payload.of(`{"_meta":${added}}`);
  const meta = params.member('_meta');
  if (meta === undefined) return withAdded(params, '_meta', added);
  if (!isObject(meta)) return 'malformed';
  const kept = withoutMembers(meta, REQUEST_META);
  const text = kept.keys().length === 0 ? added : `${kept.text().slice(0, -1)},${added.slice(1)}`;
  return withChanged(params, '_meta', () => Payload.of(text));
}

/** `params` without those facts, and without `_meta` when nothing else is in it. `malformed` as above. */
export function withoutModernMeta(params: Payload | undefined): Payload | undefined | 'malformed' {
  const meta = params?.member('_meta');
  if (meta !== undefined && !isObject(meta)) return 'malformed';
  return params && withoutMeta(params, REQUEST_META);
}

function textOf({ version, clientInfo, clientCapabilities, logLevel }: ModernMeta): string {
  const members = [`${JSON.stringify(META.version)}:${JSON.stringify(version)}`];
  if (clientInfo !== undefined) members.push(`${JSON.stringify(META.clientInfo)}:${jsonOf(clientInfo)}`);
  members.push(`${JSON.stringify(META.clientCapabilities)}:${jsonOf(clientCapabilities)}`);
  if (logLevel !== undefined) members.push(`${JSON.stringify(META.logLevel)}:${JSON.stringify(logLevel)}`);
  return `{${members.join(',')}}`;
}

function jsonOf(value: Payload | Json): string {
  return value instanceof Payload ? value.text() : JSON.stringify(value);
}
