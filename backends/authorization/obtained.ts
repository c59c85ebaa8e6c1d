import type { DpopSigner } from '../../lib/issuing/dpop-signer.ts';
import { type Authorization, AuthorizationFault, type Outgoing, type Refusal } from '../../lib/model/authorization.ts';
import type { Clock } from '../../lib/model/clock.ts';
import { CredentialFault } from '../../lib/model/credentials.ts';
import { type BackendChallenge, challengesIn, scopesIn } from './challenges.ts';
import { resourceOf } from './discovery.ts';
import { briefly } from './fault.ts';
import type { Ground } from './places.ts';
import type { TokenSource } from './source.ts';
import { isFresh, type Token } from './token.ts';

/** Callers whose tokens are kept at a time, each a few KB. */
const MOST_ACCOUNTS = 1000;
/** A backend may ask for more twice; one that asks again after that is never content. */
const MOST_STEPS = 2;
const STEPS_FORGOTTEN_MS = 10 * 60_000;
/** A new token that is refused as well within this time is not replaced again. */
const TRUSTED_MS = 30_000;

/** The tokens of one caller. */
interface Account {
  token: Token | undefined;
  obtaining: Promise<Token> | undefined;
  /** Under way because the backend refused a token. */
  replacing: Promise<Token> | undefined;
  /** When that was begun. */
  replacedMs: number;
  scopes: readonly string[];
  steps: number;
  steppedMs: number;
}

export interface ObtainedGround {
  readonly clock: Clock;
  readonly places: Ground;
  readonly signer: DpopSigner | undefined;
}

/**
 * Authorizes requests to one backend with tokens of an authorization server. They are kept until shortly before they end, each
 * for the caller it was made for; however many requests wait for one, it is asked for once.
 */
export class ObtainedAuthorization implements Authorization {
  readonly #source: TokenSource;
  readonly #ground: ObtainedGround;
  readonly #accounts = new Map<string, Account>();
  /** What requests under way were sent with. */
  readonly #sent = new WeakMap<Outgoing, Token>();
  /** The nonces they were made again for: each is worth one more attempt. */
  readonly #nonces = new WeakMap<Outgoing, string>();

  constructor(source: TokenSource, ground: ObtainedGround) {
    this.#source = source;
    this.#ground = ground;
  }

  headers(outgoing: Outgoing): readonly string[] | Promise<readonly string[]> {
    const account = this.#accountOf(outgoing);
    const { token } = account;
    if (token !== undefined && isFresh(token, this.#ground.clock.now())) return this.#headersWith(token, outgoing);
    return this.#obtained(account, outgoing, undefined).then((now) => this.#headersWith(now, outgoing));
  }

  async refused(outgoing: Outgoing, refusal: Refusal): Promise<boolean> {
    const { status, dpopNonce, challenges: lines } = refusal;
    const { signer } = this.#ground;
    if (dpopNonce !== undefined) signer?.learn(outgoing.url, dpopNonce);
    const challenges = challengesIn(lines);
    const about = challenges.find(({ parameters }) => parameters.has('error')) ?? challenges[0];
    const error = about?.parameters.get('error');
    if (error === 'use_dpop_nonce') {
      const isNew = dpopNonce !== undefined && this.#nonces.get(outgoing) !== dpopNonce;
      if (isNew) this.#nonces.set(outgoing, dpopNonce);
      return signer !== undefined && isNew;
    }
    const account = this.#accountOf(outgoing);
    if (status === 403) return error === 'insufficient_scope' && (await this.#step(account, outgoing, about!));
    return status === 401 && (await this.#replaced(account, outgoing, challenges));
  }

  nonce(url: URL, nonce: string): void {
    this.#ground.signer?.learn(url, nonce);
  }

  /** A token the backend does not take, or no longer, is replaced; whoever was sent with an older one uses the new one. */
  async #replaced(account: Account, outgoing: Outgoing, challenges: readonly BackendChallenge[]): Promise<boolean> {
    const sent = this.#sent.get(outgoing);
    if (account.token !== undefined && account.token !== sent) return true;
    if (account.replacing === undefined) {
      const now = this.#ground.clock.monotonic();
      if (now - account.replacedMs < TRUSTED_MS) return false;
      account.replacedMs = now;
      account.replacing = this.#hear(challenges)
        .then(() => this.#obtained(account, outgoing, sent))
        .finally(() => {
          account.replacing = undefined;
        });
    }
    await account.replacing;
    return true;
  }

  /** The backend wants a token that may do more (2025-11-25, scope challenge handling). */
  async #step(account: Account, outgoing: Outgoing, challenge: BackendChallenge): Promise<boolean> {
    // One that is being obtained was asked for without the scopes that are missing.
    await account.obtaining?.catch(() => {});
    const sent = this.#sent.get(outgoing);
    const wanted = scopesIn(challenge.parameters.get('scope'));
    if (account.token !== undefined && account.token !== sent) return true;
    const now = this.#ground.clock.monotonic();
    if (now - account.steppedMs > STEPS_FORGOTTEN_MS) account.steps = 0;
    const isMore = wanted.some((scope) => !account.scopes.includes(scope));
    if (!isMore || account.steps >= MOST_STEPS) return false;
    account.steps++;
    account.steppedMs = now;
    const before = account.scopes;
    account.scopes = [...new Set([...before, ...wanted])].slice(0, 64);
    try {
      await this.#obtained(account, outgoing, sent);
    } catch (error) {
      // Whatever needs no more than before goes on as before.
      account.scopes = before;
      throw error;
    }
    return true;
  }

  async #hear(challenges: readonly BackendChallenge[]): Promise<void> {
    const told = challenges.find(({ parameters }) => parameters.has('resource_metadata'));
    if (told === undefined) return;
    const resource = await resourceOf(this.#ground.places, told.parameters.get('resource_metadata'));
    if (resource !== undefined) await this.#source.noteResource(resource);
  }

  #obtained(account: Account, { onBehalf }: Outgoing, instead: Token | undefined): Promise<Token> {
    account.obtaining ??= this.#source
      .obtain({ onBehalf, scopes: account.scopes, instead })
      .then((token) => {
        account.token = token;
        return token;
      })
      .catch((error) => {
        if (account.token === instead) account.token = undefined;
        throw toldTo(error as Error);
      })
      .finally(() => {
        account.obtaining = undefined;
      });
    return account.obtaining;
  }

  #headersWith(token: Token, outgoing: Outgoing): readonly string[] {
    this.#sent.set(outgoing, token);
    const own = ['Authorization', `${token.scheme} ${token.text}`];
    const { signer } = this.#ground;
    return signer === undefined
      ? own
      : [...own, 'DPoP', signer.proof({ method: outgoing.method, url: outgoing.url, token: token.text })];
  }

  /** The one used last stays the longest. */
  #accountOf({ onBehalf }: Outgoing): Account {
    const name = this.#source.accountOf(onBehalf);
    const account = this.#accounts.get(name) ?? fresh();
    this.#accounts.delete(name);
    this.#accounts.set(name, account);
    if (this.#accounts.size > MOST_ACCOUNTS) this.#accounts.delete(this.#accounts.keys().next().value!);
    return account;
  }
}

function fresh(): Account {
  return {
    token: undefined,
    obtaining: undefined,
    replacing: undefined,
    replacedMs: Number.NEGATIVE_INFINITY,
    scopes: [],
    steps: 0,
    steppedMs: 0,
  };
}

/** What a person is told; what others throw may hold anything, so of it only what is known to hold no secret. */
function toldTo(error: Error): AuthorizationFault {
  if (error instanceof AuthorizationFault) return error;
  if (error instanceof CredentialFault) return new AuthorizationFault(error.message, error.fix);
  return new AuthorizationFault(
    `its authorization server ${briefly(error)}`,
    'check `credentials` of the backend',
    'SP2020',
  );
}
