import { naturalOf } from './numbers.ts';
import type { Member, Outline } from './outline.ts';
import { OBJECT } from './outline.ts';
import { Payload, textOf } from './payload.ts';
import { unquote } from './walk.ts';

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
  const natural = naturalOf(raw);
  if (natural !== -1) return { key: natural, raw };
  if (raw.startsWith('"')) {
    return { key: unquote(raw), raw };
  }
  if (!PLAIN_INTEGER.test(raw)) return undefined;
  const key = Number(raw);
  return Number.isSafeInteger(key) ? { key, raw } : undefined;
}

/** Sorts a frame the scanner found sound into what JSON-RPC calls it. Spans count in `parts`. */
export function classify(parts: readonly Buffer[], size: number, outline: Outline): Frame {
  if (outline.elements !== undefined) {
    return { kind: 'batch', elements: outline.elements.map((e) => new Payload(parts, e.start, e.end)), size };
  }
  let hasId = false;
  let version: Member | undefined;
  let method: Member | undefined;
  let params: Member | undefined;
  let result: Member | undefined;
  let error: Member | undefined;
  for (let member = outline.first; member !== undefined; member = member.next) {
    const { key } = member;
    if (key === 'id') hasId = true;
    else if (key === 'method') method = member;
    else if (key === 'params') params = member;
    else if (key === 'result') result = member;
    else if (key === 'error') error = member;
    else if (key === 'jsonrpc') version = member;
  }
  const id = parseId(outline.idText);
  const malformed = (code: MalformedFrame['code'], detail: string, known: RpcId | undefined): MalformedFrame => {
    return { kind: 'malformed', code, detail, id: known, as: shapeOf(outline), size };
  };
  if (version === undefined || textOf(parts, version.start, version.end) !== '"2.0"') {
    return malformed('SP8003', '`jsonrpc` must be "2.0"', id);
  }
  if (method === undefined) {
    if (result === undefined && error === undefined && id === undefined) {
      return malformed('SP8003', 'neither a request nor a response', undefined);
    }
    return reply(id, payloadAt(parts, result), payloadAt(parts, error), size);
  }
  if (method.kind !== 0x22) return malformed('SP8003', '`method` must be a string', id);
  if (params !== undefined && params.kind !== OBJECT) return malformed('SP8003', '`params` must be an object', id);
  const name = unquote(textOf(parts, method.start, method.end));
  if (!hasId) return { kind: 'notification', method: name, params: payloadAt(parts, params), size };
  if (id === undefined) return malformed('SP8007', '`id` must be a string or an integer', undefined);
  return { kind: 'request', id, method: name, params: payloadAt(parts, params), size };
}

function reply(
  id: RpcId | undefined,
  result: Payload | undefined,
  error: Payload | undefined,
  size: number,
): ReplyFrame {
  if ((result === undefined) === (error === undefined)) {
    return { kind: 'reply', id, broken: 'the response has both a result and an error, or neither', size };
  }
  if (result !== undefined) {
    if (result.kind !== OBJECT) return { kind: 'reply', id, broken: '`result` is not an object', size };
    return { kind: 'reply', id, result, size };
  }
  if (!isErrorObject(error!)) return { kind: 'reply', id, broken: '`error` lacks a code or a message', size };
  return { kind: 'reply', id, error: error!, size };
}

function payloadAt(parts: readonly Buffer[], member: Member | undefined): Payload | undefined {
  return member && new Payload(parts, member.start, member.end, member.inner ?? null);
}

/** What a frame claims to be, judged by its keys alone. */
export function shapeOf(outline: Outline): MalformedFrame['as'] {
  const keys = new Set<string>();
  for (let member = outline.first; member !== undefined; member = member.next) keys.add(member.key);
  if (keys.has('method')) return keys.has('id') ? 'request' : 'notification';
  return keys.has('result') || keys.has('error') ? 'reply' : 'unknown';
}

function isErrorObject(error: Payload): boolean {
  const code = error.member('code')?.text();
  return code !== undefined && PLAIN_INTEGER.test(code) && error.span('message')?.kind === 0x22;
}
