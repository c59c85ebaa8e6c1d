import { asObject, type Json } from '../../lib/model/json.ts';
import { scopesIn } from './challenges.ts';

/** A token for a backend, with what was said when it was given out. */
export interface Token {
  readonly text: string;
  /** The scheme it is sent with. */
  readonly scheme: 'Bearer' | 'DPoP';
  /** It is sent until then, by our clock: some time before it ends. */
  readonly untilMs: number;
  readonly scopes: readonly string[] | undefined;
  readonly refresh: string | undefined;
}

/** So long before its end a token is replaced; one that lives shortly, after half its life. */
const SPARE_MS = 30_000;
/** Where a server does not say how long a token lives. */
const USUAL_SECONDS = 300;
const MOST_SECONDS = 24 * 60 * 60;
/** What a header can carry (RFC 6750, 2.1, and no less than servers really send). */
const TOKEN = /^[\x21-\x7e]{1,12000}$/;

/**
 * Reads the answer of a token endpoint (RFC 6749, 5.1). Throws where it is none, and where the token is of another kind than
 * was asked for: one that is bound to no key would serve anybody who finds it.
 */
export function tokenIn(answer: Json | undefined, isBound: boolean, nowMs: number): Token {
  const { access_token: text, token_type: type, expires_in: seconds, scope, refresh_token: refresh } = answer ?? {};
  if (typeof text !== 'string' || !TOKEN.test(text)) throw new Error('answered without a token');
  const kind = typeof type === 'string' ? type.toLowerCase() : '';
  if (kind !== (isBound ? 'dpop' : 'bearer')) {
    throw new Error(isBound ? 'gave a token that is bound to no key' : 'gave a token of a kind that was not asked for');
  }
  const lives = typeof seconds === 'number' || /^\d{1,9}$/.test(String(seconds)) ? Number(seconds) : USUAL_SECONDS;
  if (!(lives > 0)) throw new Error('gave a token that has ended');
  const livesMs = 1000 * Math.min(lives, MOST_SECONDS);
  return {
    text,
    scheme: isBound ? 'DPoP' : 'Bearer',
    untilMs: nowMs + livesMs - Math.min(SPARE_MS, livesMs / 2),
    scopes: typeof scope === 'string' ? scopesIn(scope) : undefined,
    refresh: typeof refresh === 'string' && TOKEN.test(refresh) ? refresh : undefined,
  };
}

export function isFresh({ untilMs }: Token, nowMs: number): boolean {
  return untilMs > nowMs;
}

/** A token as it was written down; undefined for what is none. */
export function tokenFrom(value: unknown): Token | undefined {
  const { text, scheme, untilMs, scopes, refresh } = asObject(value) ?? {};
  if (typeof text !== 'string' || !TOKEN.test(text) || typeof untilMs !== 'number') return undefined;
  if (scheme !== 'Bearer' && scheme !== 'DPoP') return undefined;
  return {
    text,
    scheme,
    untilMs,
    scopes: Array.isArray(scopes) ? scopes.filter((one) => typeof one === 'string') : undefined,
    refresh: typeof refresh === 'string' && TOKEN.test(refresh) ? refresh : undefined,
  };
}
