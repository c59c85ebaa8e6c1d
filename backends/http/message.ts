import { META } from '../../lib/protocol/revisions.ts';
import { parseId } from '../../lib/wire/frame.ts';
import type { Payload } from '../../lib/wire/payload.ts';
import { type Line, lineBytes } from '../../lib/wire/writer.ts';

/** What stands around the body of a line of ours. */
interface Envelope {
  readonly id?: string | number;
  readonly method?: string;
}

/** One line as it leaves, with what its headers are made of: nobody's word but its own. */
export interface Message {
  readonly bytes: Buffer;
  /** Id of a request of ours; undefined for a notification and for an answer. */
  readonly id: number | undefined;
  /** Empty for an answer. */
  readonly method: string;
  readonly params: Payload | undefined;
  /** The revision a modern message names in its `_meta`. */
  readonly revision: string | undefined;
}

/** The envelope is read from the line, with something small in the place of its body. */
export function messageOf(line: Line): Message {
  const { head, body, tail } = line;
  const { id, method } = JSON.parse(`${head}${body === undefined ? '' : '0'}${tail}`) as Envelope;
  const bytes = lineBytes(line);
  if (method === undefined) return { bytes, id: undefined, method: '', params: undefined, revision: undefined };
  const own = typeof id === 'number' ? id : undefined;
  return { bytes, id: own, method, params: body, revision: body?.member('_meta')?.string(META.version) };
}

/** The request a `notifications/cancelled` calls off. */
export function cancelledId({ method, params }: Message): string | number | undefined {
  return method === 'notifications/cancelled' ? parseId(params?.member('requestId')?.text())?.key : undefined;
}
