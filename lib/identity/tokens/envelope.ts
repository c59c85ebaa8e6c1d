import type { Json } from '../../model/json.ts';
import { isBase64url } from './base64url.ts';
import { type TokenHeader, tokenHeader } from './header.ts';
import { TokenRefused } from './refused.ts';
import { unambiguousObject } from './unambiguous.ts';

/** Longer ones are looked at by nobody. */
export const MOST_TOKEN_BYTES = 8 * 1024;
const MOST_HEADER_BYTES = 1024;

/** What a signed token says, before anybody knows whether it is true. */
export interface Envelope {
  readonly header: TokenHeader;
  readonly claims: Json;
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Whether a text has the three parts of a signed token (RFC 7515, 7.1), so that it is one or nothing. */
export function looksSigned(text: string): boolean {
  const first = text.indexOf('.');
  const second = text.indexOf('.', first + 1);
  return first !== -1 && second !== -1 && text.indexOf('.', second + 1) === -1;
}

/** Reads a text that {@link looksSigned}. Throws {@link TokenRefused}; what is too large is not parsed. */
export function readEnvelope(text: string): Envelope {
  if (text.length > MOST_TOKEN_BYTES) throw new TokenRefused('too long');
  const [header, payload, signature] = text.split('.') as [string, string, string];
  if (!isBase64url(header) || !isBase64url(payload) || !isBase64url(signature)) {
    throw new TokenRefused('no base64url');
  }
  if (header.length > (MOST_HEADER_BYTES * 4) / 3) throw new TokenRefused('the header is too long');
  return { header: tokenHeader(objectIn(header, 'header')), claims: objectIn(payload, 'payload') };
}

function objectIn(part: string, what: string): Json {
  let text: string;
  try {
    text = strict.decode(Buffer.from(part, 'base64url'));
  } catch {
    throw new TokenRefused(`the ${what} is no UTF-8`);
  }
  const object = unambiguousObject(text);
  if (object === undefined) throw new TokenRefused(`the ${what} is no JSON object with each key once`);
  return object;
}
