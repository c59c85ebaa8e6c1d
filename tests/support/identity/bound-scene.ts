import { Authority } from '../../../lib/identity/authority.ts';
import { Possession } from '../../../lib/identity/possession.ts';
import type { Presented } from '../../../lib/identity/presented.ts';
import type { Outcome, Proven, Prover } from '../../../lib/identity/proven.ts';
import { FakeClock } from '../clock.ts';
import { KeyHolder, type ProofOptions } from './proofs.ts';

export const ENDPOINT = 'https://mcp.example.com/mcp';
export const TOKEN = 'the-token';

/** An authority that believes one token, bound to whatever the test says. */
export class BoundScene implements Prover {
  readonly clock = clockOfJune();
  readonly possession = new Possession(this.clock);
  readonly authority = new Authority([this], this.possession, this.clock, { write: () => {} });
  readonly holder: KeyHolder;
  proven: Proven;

  constructor(holder = new KeyHolder()) {
    this.holder = holder;
    const identity = { subject: 'ann', clientId: 'agent', roles: [], proof: 'jwt' } as const;
    this.proven = { identity, credential: 'digest', expiresMs: undefined, boundTo: { jkt: holder.jkt } };
  }

  prove({ credential }: Presented): Outcome | undefined {
    if (credential === undefined) return undefined;
    if (credential.text === TOKEN) return this.proven;
    return { code: 'SP2008', reason: 'unknown', challenge: 'invalid_token' };
  }

  honours(): boolean {
    return true;
  }

  /** What a good client presents; `more` replaces parts of it. */
  presented(proofs: readonly string[], more: Partial<Presented> = {}): Presented {
    const credential = { scheme: 'dpop', text: TOKEN } as const;
    return { credential, proofs, target: { method: 'POST', url: ENDPOINT }, certificate: undefined, ...more };
  }

  /** A proof made now. */
  proof({ claims, ...options }: ProofOptions = {}, method = 'POST', url = ENDPOINT): string {
    const iat = Math.floor(this.clock.now() / 1000);
    return this.holder.proof(method, url, { token: TOKEN, ...options, claims: { iat, ...claims } });
  }

  ask(presented: Presented): Outcome {
    return this.authority.prove(presented) as Outcome;
  }
}

/** `ok`, or code, challenge and reason. */
export function shown(outcome: Outcome): string {
  return 'identity' in outcome ? 'ok' : `${outcome.code} ${outcome.challenge}: ${outcome.reason}`;
}

function clockOfJune(): FakeClock {
  const clock = new FakeClock();
  clock.jump(Date.parse('2026-06-01T12:00:00Z') - clock.now());
  return clock;
}
