import { META } from '../../lib/protocol/revisions.ts';
import { parseId } from '../../lib/wire/frame.ts';
import type { Payload } from '../../lib/wire/payload.ts';
import { parseFrame } from '../../lib/wire/reader.ts';
import { type Line, lineBytes } from '../../lib/wire/writer.ts';

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

/** More than any envelope of ours needs. */
const ENVELOPE = { maxFrameBytes: 1024 * 1024, maxJsonDepth: 8 };

/** The envelope is read from the line, with an empty body in the place of a big one. */
export function messageOf(line: Line): Message {
  const { head, body, tail } = line;
  const envelope = parseFrame(Buffer.from(`${head}${body === undefined ? '' : '{}'}${tail.trimEnd()}`), ENVELOPE);
  const bytes = lineBytes(line);
  const none = { bytes, id: undefined, method: '', params: undefined, revision: undefined };
  if (envelope.kind !== 'request' && envelope.kind !== 'notification') return none;
  const { method } = envelope;
  const id = envelope.kind === 'request' && typeof envelope.id.key === 'number' ? envelope.id.key : undefined;
  return { bytes, id, method, params: body, revision: body?.member('_meta')?.string(META.version) };
}

/** The request a `notifications/cancelled` calls off. */
export function cancelledId({ method, params }: Message): string | number | undefined {
  return method === 'notifications/cancelled' ? parseId(params?.member('requestId')?.text())?.key : undefined;
}
