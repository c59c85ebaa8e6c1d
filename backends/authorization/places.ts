import { isLoopbackHost, isReadableOnTheWay } from '../../lib/model/loopback.ts';
import { addressFacts } from '../../lib/parse/address.ts';

/** What decides where somebody else's words may lead us. */
export interface Ground {
  /** Where the backend is, as the config says. */
  readonly backend: URL;
  readonly allowPrivate: boolean;
  /** The authorization server the config names. */
  readonly issuer: string | undefined;
}

/**
 * Whether a URL that somebody else named may be asked. Names are judged again when they are looked up; here it is what
 * stands in the URL itself, which nobody looks up. This machine may be asked where the backend or the issuer of the config is
 * on it.
 */
export function mayAsk(url: URL, { backend, allowPrivate, issuer }: Ground): boolean {
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return false;
  if (isReadableOnTheWay(url) || url.username !== '' || url.password !== '' || url.hash !== '') return false;
  if (isLoopbackHost(url.hostname)) {
    return isLoopbackHost(backend.hostname) || (issuer !== undefined && isLoopbackHost(new URL(issuer).hostname));
  }
  const facts = addressFacts(url.hostname.replace(/^\[|\]$/g, ''));
  if (facts === undefined) return true;
  const { standing } = facts.translated ?? facts;
  return standing === 'public' || (allowPrivate && standing !== 'never');
}
