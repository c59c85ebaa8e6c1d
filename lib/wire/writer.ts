import type { Writable } from 'node:stream';
import { type Payload, sliceParts } from './payload.ts';
import { escapeSeparators } from './separators.ts';

/** One outgoing line: our own envelope around a payload's original bytes. */
export interface Line {
  readonly head: string;
  readonly body: Payload | undefined;
  readonly tail: string;
}

/** Bodies up to this many bytes are copied next to their envelope; bigger ones are written as they lie. */
const COPY_BYTES = 16 * 1024;
const LINE_END = '}\n';
const ERROR_KEY = '"error":';

export function requestLine(id: number, method: string, params: Payload | undefined): Line {
  return withParams(`{"jsonrpc":"2.0","id":${id},"method":${quoted(method)}`, params);
}

export function notificationLine(method: string, params: Payload | undefined): Line {
  return withParams(`{"jsonrpc":"2.0","method":${quoted(method)}`, params);
}

function withParams(head: string, params: Payload | undefined): Line {
  return { head: params === undefined ? head : `${head},"params":`, body: params, tail: LINE_END };
}

/** `id` is the raw JSON text of the asker's id, or undefined when it could not be read. */
export function resultLine(id: string, result: Payload): Line {
  return { head: `{"jsonrpc":"2.0","id":${id},"result":`, body: result, tail: LINE_END };
}

export function errorLine(id: string | undefined, error: Payload): Line {
  const head = id === undefined ? `{"jsonrpc":"2.0",${ERROR_KEY}` : `{"jsonrpc":"2.0","id":${id},${ERROR_KEY}`;
  return { head, body: error, tail: LINE_END };
}

function quoted(method: string): string {
  return escapeSeparators(JSON.stringify(method));
}

/** A line without its newline, as one element of a batch. */
export function lineText(line: Line): string {
  return `${line.head}${line.body?.text() ?? ''}${line.tail.trimEnd()}`;
}

/** A line without its newline, in one piece. */
export function lineBytes(line: Line): Buffer {
  const bytes = joined([line]);
  return bytes.subarray(0, bytes.length - 1);
}

/** The error object a line carries; undefined for anything but an error. */
export function errorOf({ head, body }: Line): Payload | undefined {
  return head.endsWith(ERROR_KEY) ? body : undefined;
}

export function lineSize(line: Line): number {
  return line.head.length + (line.body?.size ?? 0) + line.tail.length;
}

/** Takes the lines of one turn, and lets them out together at its end. */
export interface Outgoing {
  put(line: Line): void;
  flush(): void;
  /** Bytes put or written that the peer has not taken yet. */
  readonly backlog: number;
}

/**
 * Writes lines to a stream, all lines put since the last flush in as few writes as possible: one for small
 * ones together, one gathered write where big bodies are among them.
 */
export class FrameWriter implements Outgoing {
  readonly #stream: Writable;
  readonly #tap: ((bytes: Buffer) => void) | undefined;
  #lines: Line[] = [];
  #waiting = 0;
  /** Called when a flush leaves the stream asking to wait. */
  onFull: (() => void) | undefined;

  /** `tap` sees every buffer that is written. */
  constructor(stream: Writable, tap?: (bytes: Buffer) => void) {
    this.#stream = stream;
    this.#tap = tap;
  }

  put(line: Line): void {
    this.#lines.push(line);
    this.#waiting += lineSize(line);
  }

  /** Bytes put or written that the reader at the other end has not taken yet. */
  get backlog(): number {
    return this.#waiting + this.#stream.writableLength;
  }

  flush(): void {
    const lines = this.#lines;
    if (lines.length === 0) return;
    this.#lines = [];
    this.#waiting = 0;
    if (!this.#stream.writable) return;
    const chunks = chunksOf(lines);
    if (chunks.length === 1) this.#write(chunks[0]!);
    else {
      this.#stream.cork();
      for (const chunk of chunks) this.#write(chunk);
      this.#stream.uncork();
    }
    if (this.#stream.writableNeedDrain) this.onFull?.();
  }

  #write(bytes: Buffer): void {
    this.#tap?.(bytes);
    this.#stream.write(bytes);
  }
}

/** The bytes of lines in as few buffers as they fit into. */
export function chunksOf(lines: readonly Line[]): Buffer[] {
  const small = lines.every((line) => line.body === undefined || line.body.size <= COPY_BYTES);
  return small ? [joined(lines)] : [...pieces(lines)];
}

/** Small lines copied into one buffer. */
function joined(lines: readonly Line[]): Buffer {
  let room = 0;
  for (const line of lines) room += line.head.length * 3 + (line.body?.size ?? 0) + line.tail.length;
  const buffer = Buffer.allocUnsafe(room);
  let at = 0;
  for (const { head, body, tail } of lines) {
    at += buffer.write(head, at, 'utf8');
    if (body !== undefined) at = copyBody(body, buffer, at);
    at = copyTail(tail, buffer, at);
  }
  return buffer.subarray(0, at);
}

/** Nearly every line ends alike, and two bytes are set faster than a string is written. */
function copyTail(tail: string, target: Buffer, at: number): number {
  if (tail !== LINE_END) return at + target.write(tail, at, 'latin1');
  target[at] = 0x7d;
  target[at + 1] = 0x0a;
  return at + 2;
}

function copyBody(body: Payload, target: Buffer, at: number): number {
  if (body.parts.length === 1) return at + body.parts[0]!.copy(target, at, body.from, body.to);
  let end = at;
  for (const part of sliceParts(body.parts, body.from, body.to)) end += part.copy(target, end);
  return end;
}

/** Big bodies as they lie, everything between them joined. */
function* pieces(lines: readonly Line[]): Generator<Buffer> {
  let small: Line[] = [];
  for (const line of lines) {
    const { head, body, tail } = line;
    if (body === undefined || body.size <= COPY_BYTES) {
      small.push(line);
      continue;
    }
    yield joined([...small, { head, body: undefined, tail: '' }]);
    yield* sliceParts(body.parts, body.from, body.to);
    small = [{ head: tail, body: undefined, tail: '' }];
  }
  if (small.length > 0) yield joined(small);
}
