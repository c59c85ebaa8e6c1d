import { AuthorizationFault } from '../../lib/model/authorization.ts';

/** A JWT that is signed, in its three parts, and no longer than servers take. */
const SIGNED = /^[\w-]+\.[\w-]+\.[\w-]+$/;
const MOST = 12_000;

/** A JWT somebody else has signed. Throws for anything else: the wrong file must not be sent to a server. */
export function signedIn(text: unknown, what: string): string {
  if (typeof text === 'string' && text.length <= MOST && SIGNED.test(text)) return text;
  throw new AuthorizationFault(`${what} is no signed JWT`, 'check where it comes from; it was sent nowhere');
}
