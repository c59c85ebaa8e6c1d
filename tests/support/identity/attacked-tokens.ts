import assert from 'node:assert/strict';
import { isProven } from '../../../lib/identity/proven.ts';
import type { TokenAlgorithm } from '../../../lib/model/auth-config.ts';
import { FakeClock } from '../clock.ts';
import { claimsAt, issuerConfig, keysOf, presenting, proverOf, signer } from './tokens.ts';

export const clock = new FakeClock();
export const ec = signer('ES256', 'ec');
export const rsa = signer('RS256', 'rsa');
/** Every algorithm at once, so that nothing is refused for want of being configured. */
export const ALL: readonly TokenAlgorithm[] = ['ES256', 'ES384', 'RS256', 'PS256', 'HS256', 'HS512'];
export const config = issuerConfig({ algorithms: ALL });
export const keys = keysOf(config, ec, rsa);
export const claims = claimsAt(clock);

/** Says that nothing is proven by this token, and that what is said of it holds no part of it. */
export async function refused(token: string, about = ''): Promise<void> {
  const outcome = await proverOf(config, keys, clock).prove(presenting(token));
  assert.ok(outcome !== undefined && !isProven(outcome), `proven: ${about}`);
  assert.equal(outcome.code, 'SP2008', about);
  assert.equal(outcome.challenge, 'invalid_token', about);
  for (const part of token.split('.').filter((one) => one.length > 8)) {
    assert.ok(!outcome.reason.includes(part), `the reason holds a part of the token: ${outcome.reason}`);
  }
}
