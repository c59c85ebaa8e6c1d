import type { ServerResponse } from 'node:http';
import { Payload } from '../wire/payload.ts';
import { FrameWriter, type Line } from '../wire/writer.ts';
import type { Pulse, Pulsing } from './pulse.ts';

const HEAD = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store',
  'X-Accel-Buffering': 'no',
  'X-Content-Type-Options': 'nosniff',
};
const KEEP_ALIVE_MS = 15_000;
/** A reader that has taken nothing for so long is gone, whatever its connection says. */
const STUCK_MS = 60_000;
/** Bytes a reader may leave lying before it gets no more; one frame may come on top of them. */
const MOST_UNREAD = 2 * 1024 * 1024;
/** What a reader may always leave lying, however much others do. */
const FAIR_SHARE = 64 * 1024;
const COMMENT = raw(':\n\n');

/** A response that is a stream of events; each line is one event with one `data:` line (HTML, Server-sent events). */
export class SseConnection implements Pulsing {
  readonly #response: ServerResponse;
  readonly #writer: FrameWriter;
  readonly #pulse: Pulse;
  #quietSince: number;
  #taken = 0;
  #takenAt: number;
  #counted = 0;
  #over = false;
  /** Called once when nothing can be sent on it any more, whoever ended it. */
  onClose: (() => void) | undefined;
  /** Called when its reader falls behind (true) and has caught up (false). */
  onBehind: ((behind: boolean) => void) | undefined;

  constructor(response: ServerResponse, pulse: Pulse, headers: Readonly<Record<string, string>> = {}) {
    this.#response = response;
    this.#pulse = pulse;
    this.#writer = new FrameWriter(response);
    this.#writer.onFull = () => this.onBehind?.(true);
    this.#quietSince = pulse.now();
    this.#takenAt = this.#quietSince;
    response.writeHead(200, { ...HEAD, ...headers });
    response.on('drain', () => {
      this.#count();
      this.onBehind?.(false);
    });
    response.once('close', () => this.#closed());
    pulse.add(this);
  }

  get open(): boolean {
    return !this.#over;
  }

  /** Bytes its reader has not taken yet. */
  get backlog(): number {
    return this.#writer.backlog;
  }

  /** Lets the reader know that the stream is there, when nothing is on it yet. */
  begin(): void {
    this.put(COMMENT);
    this.flush();
  }

  /** Puts events, to leave with the next flush. A reader that is too far behind loses the connection instead. */
  put(event: Line): void {
    if (this.#over) return;
    if (this.backlog > MOST_UNREAD) this.drop();
    else this.#writer.put(event);
  }

  flush(): void {
    if (this.#over) return;
    this.#quietSince = this.#pulse.now();
    this.#writer.flush();
    if (!this.#count() && this.#counted > FAIR_SHARE) this.drop();
  }

  /** Ends it in an orderly way. */
  end(): void {
    if (this.#over) return;
    this.#writer.flush();
    this.#response.end();
    this.#closed();
  }

  /** Breaks it off. */
  drop(): void {
    this.#response.destroy();
    this.#closed();
  }

  beat(now: number): void {
    this.#count();
    const written = this.#response.socket?.bytesWritten ?? 0;
    const taken = written - this.backlog;
    if (this.backlog === 0 || taken !== this.#taken) {
      this.#taken = taken;
      this.#takenAt = now;
    }
    if (now - this.#takenAt > STUCK_MS) return this.drop();
    if (now - this.#quietSince >= KEEP_ALIVE_MS) this.begin();
  }

  /** Notes what its reader leaves lying; false when all of them together leave too much. */
  #count(): boolean {
    if (this.#over) return true;
    const { backlog } = this;
    const fits = this.#pulse.unread.add(backlog - this.#counted);
    this.#counted = backlog;
    return fits;
  }

  #closed(): void {
    if (this.#over) return;
    this.#over = true;
    this.#pulse.unread.add(-this.#counted);
    this.#pulse.remove(this);
    this.onClose?.();
  }
}

/** A message as an event. */
export function eventOf({ head, body, tail }: Line, id?: string): Line {
  const start = id === undefined ? 'event: message\ndata: ' : `event: message\nid: ${id}\ndata: `;
  return { head: start + head, body, tail: `${tail.trimEnd()}\n\n` };
}

/** An event that carries nothing but its id, so that a stream can be resumed before anything came on it. */
export function primingEvent(id: string): Line {
  return raw(`id: ${id}\ndata: \n\n`);
}

/** The event that tells a client of 2024-11-05 where to send its messages. */
export function endpointEvent(uri: string): Line {
  return raw(`event: endpoint\ndata: ${uri}\n\n`);
}

/** Bytes that are an event already. */
export function storedEvent(bytes: Buffer): Line {
  return { head: '', body: new Payload([bytes], 0, bytes.length), tail: '' };
}

function raw(head: string): Line {
  return { head, body: undefined, tail: '' };
}
