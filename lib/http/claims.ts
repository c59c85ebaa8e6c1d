import { asObject, type Json } from '../model/json.ts';
import { META } from '../protocol/revisions.ts';
import type { NotificationFrame, RequestFrame } from '../wire/frame.ts';

/** The revision a message says it speaks, of whatever type; undefined for a legacy one, which says nothing. */
export function claimedVersion({ params }: RequestFrame | NotificationFrame): unknown {
  const meta: Json | undefined = asObject(params?.member('_meta')?.json());
  return meta !== undefined && Object.hasOwn(meta, META.version) ? meta[META.version] : undefined;
}
