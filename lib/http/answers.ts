import type { ServerResponse } from 'node:http';
import { type Refusal, rpcError } from '../gateway/refusal.ts';
import type { Code } from '../model/codes.ts';
import type { RpcId } from '../wire/frame.ts';
import { chunksOf, errorLine } from '../wire/writer.ts';

/** A header that stands on several lines has a list. */
export type Headers = Readonly<Record<string, string | string[]>>;

/** A request that is answered before any session of the gateway has seen it. */
export interface HttpRefusal {
  readonly status: number;
  readonly refusal: Refusal;
  /** What the audit log is told; undefined for what only a mistaken client does. */
  readonly code?: Code | undefined;
  /** What was wrong, for the audit log alone. */
  readonly reason?: string | undefined;
  /** Id of the request, where its body was read that far. */
  readonly id?: RpcId | undefined;
  readonly headers?: Headers | undefined;
}

const SMALL_BYTES = 16 * 1024;
const COMMON = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' };

/** A refusal with a JSON-RPC error of this code and message. */
export function refused(
  status: number,
  rpc: number,
  message: string,
  more: Omit<HttpRefusal, 'status' | 'refusal'> = {},
): HttpRefusal {
  return { status, refusal: rpcError(rpc, message), ...more };
}

/** Answers with a JSON-RPC error; without an id where none is known (2025-03-26 on, Sending Messages). */
export function answerRefusal(response: ServerResponse, { status, refusal, id, headers }: HttpRefusal): void {
  answerJson(response, status, chunksOf([errorLine(id?.raw, refusal.body)]), headers);
}

/** Answers with the bytes of a JSON text. */
export function answerJson(
  response: ServerResponse,
  status: number,
  body: readonly Buffer[],
  headers: Headers = {},
): void {
  if (response.headersSent || response.destroyed) return;
  let length = 0;
  for (const chunk of body) length += chunk.length;
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': length, ...COMMON, ...headers });
  // A text leaves in one write with the head, bytes do not; each byte is one character of latin1.
  if (length <= SMALL_BYTES && body.length === 1) response.end(body[0]!.toString('latin1'), 'latin1');
  else {
    for (let i = 0; i < body.length - 1; i++) response.write(body[i]!);
    response.end(body.at(-1));
  }
}

/** Answers without a body. */
export function answerEmpty(response: ServerResponse, status: number, headers: Headers = {}): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { ...COMMON, ...(status === 204 ? {} : { 'Content-Length': '0' }), ...headers });
  response.end();
}
