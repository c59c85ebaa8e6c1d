import type { Member, Outline } from './outline.ts';
import { OBJECT } from './outline.ts';
import { Payload, unquote } from './payload.ts';

/** A JSON-RPC id: `key` compares by value and type, `raw` is the text to send back. */
export interface RpcId {
  readonly key: string | number;
  readonly raw: string;
}

export interface RequestFrame {
  readonly kind: 'request';
  readonly id: RpcId;
  readonly method: string;
  readonly params: Payload | undefined;
  readonly size: number;
}

export interface NotificationFrame {
  readonly kind: 'notification';
  readonly method: string;
  readonly params: Payload | undefined;
  readonly size: number;
}

/** An answer to a request. `broken` says why it is neither a result nor an error. */
export interface ReplyFrame {
  readonly kind: 'reply';
  readonly id: RpcId | undefined;
  readonly result?: Payload;
  readonly error?: Payload;
  readonly broken?: string;
  readonly size: number;
}

/** A JSON array: several messages in one frame (2025-03-26 only). */
export interface BatchFrame {
  readonly kind: 'batch';
  readonly elements: readonly Payload[];
  readonly size: number;
}

/** A frame nobody may act on, with what is needed to answer it. */
export interface MalformedFrame {
  readonly kind: 'malformed';
  readonly code: 'SP8001' | 'SP8002' | 'SP8003' | 'SP8004' | 'SP8005' | 'SP8006' | 'SP8007' | 'SP8012';
  readonly detail: string;
  readonly id: RpcId | undefined;
  /** What it would have been; only a `request` is answered when it can be told. */
  readonly as: 'request' | 'notification' | 'reply' | 'unknown';
  readonly size: number;
}

export type Frame = RequestFrame | NotificationFrame | ReplyFrame | BatchFrame | MalformedFrame;

const PLAIN_INTEGER = /^-?(?:0|[1-9]\d*)$/;
const MAX_ID_LENGTH = 4096;

/** The id in `raw` JSON text, when it is one MCP allows: a string or an integer a double holds exactly. */
export function parseId(raw: string | undefined): RpcId | undefined {
  if (raw === undefined || raw.length > MAX_ID_LENGTH) return undefined;
  if (raw.startsWith('"')) {
    return { key: unquote(raw), raw };
  }
  if (!PLAIN_INTEGER.test(raw)) return undefined;
  const key = Number(raw);
  return Number.isSafeInteger(key) ? { key, raw } : undefined;
}

/** Sorts a frame the scanner found sound into what JSON-RPC calls it. Spans count in `parts`. */
export function classify(parts: readonly Buffer[], size: number, outline: Outline): Frame {
  if (outline.isBatch) {
    return { kind: 'batch', elements: outline.elements.map((e) => new Payload(parts, e.start, e.end)), size };
  }
  return new Classifier(parts, size, outline).frame();
}

/** What a frame claims to be, judged by its keys alone. */
export function shapeOf(outline: Outline): MalformedFrame['as'] {
  const has = (key: string) => outline.members.some((member) => member.key === key);
  if (has('method')) return has('id') ? 'request' : 'notification';
  return has('result') || has('error') ? 'reply' : 'unknown';
}

class Classifier {
  readonly #parts: readonly Buffer[];
  readonly #size: number;
  readonly #outline: Outline;
  #id: Member | undefined;
  #method: Member | undefined;
  #params: Member | undefined;
  #result: Member | undefined;
  #error: Member | undefined;
  #version: Member | undefined;

  constructor(parts: readonly Buffer[], size: number, outline: Outline) {
    this.#parts = parts;
    this.#size = size;
    this.#outline = outline;
    for (const member of outline.members) {
      if (member.key === 'id') this.#id = member;
      else if (member.key === 'method') this.#method = member;
      else if (member.key === 'params') this.#params = member;
      else if (member.key === 'result') this.#result = member;
      else if (member.key === 'error') this.#error = member;
      else if (member.key === 'jsonrpc') this.#version = member;
    }
  }

  frame(): Frame {
    const size = this.#size;
    const id = parseId(this.#outline.idText);
    if (this.#version === undefined || this.#text(this.#version) !== '"2.0"') {
      return this.#malformed('SP8003', '`jsonrpc` must be "2.0"', id);
    }
    if (this.#method === undefined) return this.#reply(id);
    if (this.#method.kind !== 0x22) return this.#malformed('SP8003', '`method` must be a string', id);
    if (this.#params !== undefined && this.#params.kind !== OBJECT) {
      return this.#malformed('SP8003', '`params` must be an object', id);
    }
    const method = unquote(this.#text(this.#method));
    const params = this.#params && this.#payload(this.#params);
    if (this.#id === undefined) return { kind: 'notification', method, params, size };
    if (id === undefined) return this.#malformed('SP8007', '`id` must be a string or an integer', undefined);
    return { kind: 'request', id, method, params, size };
  }

  #reply(id: RpcId | undefined): Frame {
    const size = this.#size;
    const result = this.#result;
    const error = this.#error;
    if (result === undefined && error === undefined && id === undefined) {
      return this.#malformed('SP8003', 'neither a request nor a response', undefined);
    }
    if ((result === undefined) === (error === undefined)) {
      return { kind: 'reply', id, broken: 'the response has both a result and an error, or neither', size };
    }
    if (result !== undefined) {
      if (result.kind !== OBJECT) return { kind: 'reply', id, broken: '`result` is not an object', size };
      return { kind: 'reply', id, result: this.#payload(result), size };
    }
    const payload = this.#payload(error!);
    if (!isErrorObject(payload))
      return { kind: 'reply', id, broken: '`error` lacks a code or a message', size };
    return { kind: 'reply', id, error: payload, size };
  }

  #text(member: Member): string {
    return this.#payload(member).text();
  }

  #payload(member: Member): Payload {
    return new Payload(this.#parts, member.start, member.end, member.inner);
  }

  #malformed(code: MalformedFrame['code'], detail: string, id: RpcId | undefined): MalformedFrame {
    return { kind: 'malformed', code, detail, id, as: shapeOf(this.#outline), size: this.#size };
  }
}

function isErrorObject(error: Payload): boolean {
  const code = error.member('code')?.text();
  return code !== undefined && PLAIN_INTEGER.test(code) && error.span('message')?.kind === 0x22;
}
