import type { Readable, Writable } from 'node:stream';
import type { ByteBudget } from './budget.ts';
import type { Frame } from './frame.ts';
import { MeteredReader } from './metered-reader.ts';
import type { FrameLimits } from './reader.ts';
import { FrameWriter, type Outgoing } from './writer.ts';

/** What a link tells its owner; every call may cause frames to be put on any link. */
export interface LinkEvents {
  /** A chunk arrived: call `read` once, inside whatever must surround the work it causes. */
  chunk(read: () => void): void;
  frame(frame: Frame): void;
  /** The peer takes bytes again after {@link FrameWriter.onFull}. */
  drained(): void;
  /** The peer sends nothing any more. */
  ended(): void;
}

/** The way to a peer that is there, whatever carries the frames. */
export interface Channel {
  readonly out: Outgoing;
  /** Stops reading what the peer sends, until `resume`. */
  pause(): void;
  resume(): void;
}

/** Sees every chunk that passes a link, for diagnosis. */
export type Tap = (direction: 'in' | 'out', bytes: Buffer) => void;

/** One peer at the other end of two byte streams, seen as frames. */
export class Link implements Channel {
  readonly out: FrameWriter;
  readonly #readable: Readable;
  readonly #reader: MeteredReader;
  #ended = false;
  #readsOut = false;

  constructor(
    readable: Readable,
    writable: Writable,
    limits: FrameLimits,
    budget: ByteBudget,
    events: LinkEvents,
    tap?: Tap,
  ) {
    this.out = new FrameWriter(writable, tap && ((bytes) => tap('out', bytes)));
    this.#readable = readable;
    this.#reader = new MeteredReader(limits, budget, (frame) => events.frame(frame));
    if (tap !== undefined) readable.on('data', (chunk: Buffer) => tap('in', chunk));
    readable.on('data', (chunk: Buffer) => events.chunk(() => this.#reader.push(chunk)));
    readable.once('end', () => events.chunk(() => this.#end(events)));
    readable.once('close', () => events.chunk(() => this.#end(events)));
    readable.on('error', () => {});
    writable.on('error', () => {});
    writable.on('drain', () => events.drained());
  }

  pause(): void {
    if (!this.#readsOut) this.#readable.pause();
  }

  resume(): void {
    this.#readable.resume();
  }

  /** Whoever wrote is gone: what is left is little, and pauses no more. */
  readOut(): void {
    this.#readsOut = true;
    this.#readable.resume();
  }

  /** A stream that breaks is closed without having ended. */
  #end(events: LinkEvents): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#reader.end();
    events.ended();
  }
}
