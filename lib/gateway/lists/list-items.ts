import type { Payload } from '../../wire/payload.ts';
import { children, decodeString } from '../../wire/walk.ts';

/** The elements of a list result. */
export function listItems(body: Payload, member: string): Payload[] {
  const span = body.span(member);
  if (span === undefined) return [];
  return children(body.bytes(), span.start).map(({ start, end }) => body.slice(start, end));
}

/** The string under `key`; a key that stands twice has none, because two readers could pick different ones. */
export function stringMember(item: Payload, key: string): string | undefined {
  const bytes = item.bytes();
  const [member, second] = children(bytes).filter((child) => child.key === key);
  if (member === undefined || second !== undefined || bytes[member.start] !== 0x22) return undefined;
  return decodeString(bytes, member.start, member.end);
}
