import type { IncomingMessage } from 'node:http';
import { decodeHeaderValue } from '../protocol/header-values.ts';
import { nameHeaderKey } from '../protocol/name-header.ts';
import { RPC } from '../protocol/revisions.ts';
import type { NotificationFrame, RequestFrame } from '../wire/frame.ts';
import { type HttpRefusal, refused } from './answers.ts';
import { headerLines } from './headers.ts';

const OUTER_SPACE = /^[ \t]+|[ \t]+$/g;

/**
 * Checks the headers that repeat members of a modern body (2026-07-28, streamable-http, Server Validation). The body
 * has decided already what the message is; a header can only get it refused.
 */
export function contradiction(
  request: IncomingMessage,
  frame: RequestFrame | NotificationFrame,
  version: unknown,
): HttpRefusal | undefined {
  const isRequest = frame.kind === 'request';
  const id = isRequest ? frame.id : undefined;
  const differs = (header: string): HttpRefusal => {
    const message = `Header mismatch: ${header} is missing or does not say what the body says`;
    return refused(400, RPC.headerMismatch, message, { code: 'SP8021', id });
  };
  if (typeof version === 'string' && !says(request, 'mcp-protocol-version', version, true)) {
    return differs('MCP-Protocol-Version');
  }
  if (!says(request, 'mcp-method', frame.method, isRequest)) return differs('Mcp-Method');
  const key = isRequest ? nameHeaderKey(frame.method) : undefined;
  const name = key === undefined ? undefined : frame.params?.string(key);
  if (name !== undefined && !says(request, 'mcp-name', name, true, decodeHeaderValue)) return differs('Mcp-Name');
  return undefined;
}

/** Whether a header stands once and says `text`, or is left out where it may be. */
function says(
  request: IncomingMessage,
  header: string,
  text: string,
  required: boolean,
  read: (raw: string) => string | undefined = (raw) => raw.replace(OUTER_SPACE, ''),
): boolean {
  const lines = headerLines(request, header);
  return lines.length === 0 ? !required : lines.length === 1 && read(lines[0]!) === text;
}
