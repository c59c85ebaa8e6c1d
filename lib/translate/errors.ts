import { asObject } from '../model/json.ts';
import { isModern, RPC } from '../protocol/revisions.ts';
import { Payload } from '../wire/payload.ts';
import { withoutMembers } from '../wire/remove.ts';
import { isObject, withAdded, withChanged } from './members.ts';

/** A link a legacy server wants opened before it does what it was asked. */
export interface UrlElicitation {
  readonly elicitationId: string | undefined;
  readonly url: string;
  readonly message: string;
}

/** Spec-only codes (2026-07-28, basic/index): each has the meaning the specification gives it, or is not sent. */
const FIRST_SPECIFIED = -32099;
const LAST_SPECIFIED = -32020;
const NEEDS_URL_MODE = '{"requiredCapabilities":{"elicitation":{"url":{}}}}';

/**
 * The error object of a backend that speaks revision `from`, for a client of revision `to`; the same object when its
 * code means the same to both. Message and data stay, but for -32042.
 *
 * To modern: -32002 becomes -32602. -32042 becomes -32021 that asks for URL mode, which is right for a client that did
 * not declare it; for one that did, read {@link urlElicitationsOf} first. Any other code in -32099..-32020 was made up
 * by the server and would be read as one of the specification's (-32022 makes a client change its revision), so it
 * becomes -32603.
 *
 * To legacy: -32602 of a `resources/read` whose data names a URI becomes -32002. -32020 to -32022 become -32603: no
 * legacy revision knows them, clients that look for a server's era take them as proof of a modern one, and -32603 is
 * what legacy servers built on the official SDK answer when the client lacks a capability. `data.requiredCapabilities`
 * stays for programs.
 */
export function errorForClient(method: string, body: Payload, from: string, to: string): Payload {
  if (isModern(from) === isModern(to)) return body;
  const code = Number(body.member('code')?.text());
  return isModern(to) ? modernError(body, code) : legacyError(method, body, code);
}

/**
 * A modern server's -32021 as the result of the tool a legacy client called, so that the model reads why it could not
 * run; undefined for any other error.
 */
export function lackAsToolResult(error: Payload): Payload | undefined {
  if (Number(error.member('code')?.text()) !== RPC.missingCapability) return undefined;
  const text = error.string('message') ?? 'The client lacks a capability this tool needs';
  return Payload.of(`{"content":[{"type":"text","text":${JSON.stringify(text)}}],"isError":true}`);
}

/** The links in a -32042 error (2025-11-25), in order; empty for any other error and for one without a usable link. */
export function urlElicitationsOf(error: Payload): UrlElicitation[] {
  if (Number(error.member('code')?.text()) !== RPC.urlElicitationRequired) return [];
  const { elicitations } = asObject(error.member('data')?.json()) ?? {};
  if (!Array.isArray(elicitations)) return [];
  return elicitations.flatMap((value) => {
    const { elicitationId, url, message } = asObject(value) ?? {};
    if (typeof url !== 'string') return [];
    return [
      {
        elicitationId: typeof elicitationId === 'string' ? elicitationId : undefined,
        url,
        message: typeof message === 'string' ? message : '',
      },
    ];
  });
}

function modernError(body: Payload, code: number): Payload {
  if (code === RPC.resourceNotFound) return withCode(body, RPC.invalidParams);
  if (code === RPC.urlElicitationRequired) {
    return withAdded(withoutMembers(withCode(body, RPC.missingCapability), ['data']), 'data', NEEDS_URL_MODE);
  }
  return code >= FIRST_SPECIFIED && code <= LAST_SPECIFIED ? withCode(body, RPC.internal) : body;
}

function legacyError(method: string, body: Payload, code: number): Payload {
  if (code >= RPC.unsupportedVersion && code <= RPC.headerMismatch) return withCode(body, RPC.internal);
  const missing = method === 'resources/read' && code === RPC.invalidParams && namesUri(body);
  return missing ? withCode(body, RPC.resourceNotFound) : body;
}

function namesUri(body: Payload): boolean {
  const data = body.member('data');
  return data !== undefined && isObject(data) && data.string('uri') !== undefined;
}

function withCode(body: Payload, code: number): Payload {
  return withChanged(body, 'code', () => Payload.of(String(code)));
}
