import type { Identity } from '../../model/principal.ts';
import { RPC } from '../../protocol/revisions.ts';
import type { BatchFrame, Frame, RequestFrame, RpcId } from '../../wire/frame.ts';
import { Payload } from '../../wire/payload.ts';
import { parseFrame } from '../../wire/reader.ts';
import { cleared } from '../../wire/reserved.ts';
import { errorLine, type Line, lineText } from '../../wire/writer.ts';
import type { Refused } from '../caller.ts';
import type { Outlet } from '../outlet.ts';
import type { Engine } from '../ports.ts';
import { rpcError } from '../refusal.ts';
import type { Recorded } from '../turn.ts';

const MOST_MESSAGES = 50;

/** The session a batch came to, which works on each of its elements. */
export interface BatchReceiver {
  readonly engine: Engine;
  receive(frame: Frame): void;
  request(frame: RequestFrame, outlet: Outlet, identity: Identity): void;
  refuse(id: RpcId | undefined, refused: Refused, bytes: number, outlet?: Outlet): void;
}

/**
 * Works on a batch (2025-03-26): every element is judged on its own, and the answers leave together as one
 * array once the last is there. Notifications and answers of the client have none.
 */
export function receiveBatch(session: BatchReceiver, batch: BatchFrame, direct: Outlet, identity: Identity): void {
  const { elements, size } = batch;
  if (elements.length === 0 || elements.length > MOST_MESSAGES) {
    const message = elements.length === 0 ? 'An empty batch' : `More than ${MOST_MESSAGES} messages in a batch`;
    session.refuse(undefined, { refusal: rpcError(RPC.invalidRequest, message), code: 'SP8019' }, size, direct);
    return;
  }
  const { limits } = session.engine.config;
  const frames = elements.map((element) => cleared(parseFrame(element.bytes(), limits)).frame);
  const expected = frames.filter(isAnswered).length;
  const answers = new BatchAnswers(direct, expected);
  for (const frame of frames) {
    if (frame.kind === 'request' && frame.method === 'initialize') {
      const refusal = rpcError(RPC.invalidRequest, '`initialize` must not be in a batch');
      session.refuse(frame.id, { refusal, code: 'SP8011' }, frame.size, answers);
    } else if (frame.kind === 'request') session.request(frame, answers, identity);
    else if (isAnswered(frame)) {
      const refusal = rpcError(RPC.invalidRequest, 'Invalid request in a batch');
      const id = frame.kind === 'malformed' ? frame.id : undefined;
      session.refuse(id, { refusal, code: 'SP8003' }, frame.size, answers);
    } else session.receive(frame);
  }
  if (expected === 0) direct.nothing();
}

/** An answer or a notification, broken or not, is answered with nothing. */
function isAnswered(frame: Frame): boolean {
  if (frame.kind === 'malformed') return frame.as === 'request' || frame.as === 'unknown';
  return frame.kind === 'request' || frame.kind === 'batch';
}

/** Collects the answers of one batch. */
class BatchAnswers implements Outlet {
  readonly #direct: Outlet;
  readonly #texts: string[] = [];
  readonly #owners: Recorded[] = [];
  #missing: number;

  get beside(): Outlet['beside'] {
    return this.#direct.beside;
  }

  constructor(direct: Outlet, expected: number) {
    this.#direct = direct;
    this.#missing = expected;
  }

  send(line: Line, owner?: Recorded): void {
    this.#texts.push(lineText(line));
    if (owner !== undefined) this.#owners.push(owner);
    this.nothing();
  }

  aside(line: Line, owner?: Recorded): void {
    this.#direct.aside(line, owner);
  }

  nothing(): void {
    this.#missing--;
    if (this.#missing > 0 || this.#texts.length === 0) return;
    const line: Line = { head: '[', body: Payload.of(this.#texts.join(',')), tail: ']\n' };
    const owners = this.#owners;
    const withheld = () =>
      this.#direct.send(errorLine('null', rpcError(RPC.denied, 'The audit log cannot be written (SP7001)').body));
    this.#direct.send(
      line,
      owners.length === 0
        ? undefined
        : { mayPassUnrecorded: owners.every((o) => o.mayPassUnrecorded), unrecorded: withheld },
    );
  }
}
