import { createPrivateKey } from 'node:crypto';
import { DpopSigner } from '../../lib/issuing/dpop-signer.ts';
import { AuthorizationFault } from '../../lib/model/authorization.ts';
import type { Clock } from '../../lib/model/clock.ts';
import type { ObtainedCredentials } from '../../lib/model/obtained-credentials.ts';
import { clientFrom, type OAuthClient } from './client.ts';
import { issuerOf } from './discovery.ts';
import { loginNeeded, OAuthRefusal } from './fault.ts';
import type { ResourceMetadata } from './metadata.ts';
import type { Ground } from './places.ts';
import type { TokenSource, Wanted } from './source.ts';
import { isFresh, type Token } from './token.ts';
import { askForToken } from './token-endpoint.ts';
import type { Login, TokenStore } from './token-store.ts';

export interface LoginGround {
  /** The backend's. */
  readonly name: string;
  readonly config: ObtainedCredentials;
  readonly places: Ground;
  readonly store: TokenStore;
  readonly clock: Clock;
  readonly environment: NodeJS.ProcessEnv;
  learn(secrets: readonly string[]): void;
}

/**
 * Tokens a user has agreed to with `sallyport login`, and what they are renewed with. A refresh token is often good for one
 * use, so of all processes one renews at a time, and looks first whether another one just has.
 */
export class LoggedIn implements TokenSource {
  readonly #ground: LoginGround;
  /** Proves requests with the key of the login, while it is this one. */
  #signer: { readonly thumb: string; readonly signer: DpopSigner } | undefined;

  constructor(ground: LoginGround) {
    this.#ground = ground;
  }

  /** Whoever logged in did so for all who may use the backend. */
  accountOf(): string {
    return '';
  }

  get signer(): DpopSigner | undefined {
    return this.#signer?.signer;
  }

  async obtain({ scopes, instead }: Wanted): Promise<Token> {
    const login = await this.#login();
    if (scopes.some((scope) => login.token?.scopes?.includes(scope) !== true)) {
      await this.#note(scopes);
      throw this.#needed('it wants a user to agree to more');
    }
    if (this.#serves(login, instead)) return login.token!;
    const lock = await this.#ground.store.lock();
    try {
      const now = await this.#login();
      return this.#serves(now, instead) ? now.token! : await this.#renewed(now);
    } finally {
      lock.release();
    }
  }

  async noteResource(resource: ResourceMetadata): Promise<void> {
    const { issuer } = await this.#login();
    issuerOf(this.#ground.places, resource);
    if (!resource.issuers.includes(issuer)) throw this.#needed('it believes another authorization server since');
  }

  /** The login as it stands. Rejects where there is none for what the config says now. */
  async #login(): Promise<Login> {
    const { store, config, learn } = this.#ground;
    const login = await store.read();
    if (login?.token === undefined) throw this.#needed('nobody has logged in');
    const isOther =
      (config.issuer !== undefined && login.issuer !== config.issuer) ||
      (config.clientId !== undefined && login.clientId !== config.clientId) ||
      config.dpop !== (login.key !== undefined);
    if (isOther) throw this.#needed('the login was for another configuration');
    if (login.clientSecret !== undefined) learn([login.clientSecret]);
    this.#bind(login.key);
    return login;
  }

  #bind(key: Login['key']): void {
    const thumb = key === undefined ? '' : JSON.stringify(key);
    if (key === undefined) this.#signer = undefined;
    else if (this.#signer?.thumb !== thumb) {
      const privateKey = createPrivateKey({ key: { ...key }, format: 'jwk' });
      this.#signer = { thumb, signer: new DpopSigner(this.#ground.clock, privateKey) };
    }
  }

  #serves({ token }: Login, instead: Token | undefined): boolean {
    return token !== undefined && token.text !== instead?.text && isFresh(token, this.#ground.clock.now());
  }

  /** Under the lock. What is left of a login that cannot be renewed is kept for the next one, without its tokens. */
  async #renewed(login: Login): Promise<Token> {
    const { store, places, clock } = this.#ground;
    const { token, issuer, resource, clientProofs, tokenEndpoint } = login;
    if (token?.refresh === undefined) throw this.#needed('the login has ended');
    const at = { url: new URL(tokenEndpoint), issuer, clientProofs, allowPrivate: places.allowPrivate };
    try {
      const renewed = await askForToken(
        at,
        await this.#client(login),
        [
          ['grant_type', 'refresh_token'],
          ['refresh_token', token.refresh],
          ['resource', resource],
        ],
        { clock, signer: this.signer },
      );
      // What is not said again stays as it was (RFC 6749, 5.1 and 6).
      const kept = { ...renewed, refresh: renewed.refresh ?? token.refresh, scopes: renewed.scopes ?? token.scopes };
      await store.write({ ...login, token: kept });
      return kept;
    } catch (error) {
      if (!(error instanceof OAuthRefusal)) throw error;
      if (error.error !== 'invalid_grant') {
        throw new AuthorizationFault(
          `its authorization server ${error.message}`,
          `try again, or sallyport login ${this.#ground.name}`,
        );
      }
      await store.write({ ...login, token: undefined });
      throw this.#needed('the login has ended');
    }
  }

  async #client({ clientId: id, clientSecret: secret, clientMethod: method }: Login): Promise<OAuthClient> {
    const { config, environment, learn } = this.#ground;
    if (config.clientId !== undefined) return await clientFrom(id, config.clientProof, environment, learn);
    return { id, proof: secret === undefined ? { kind: 'none' } : { kind: 'secret', secret, method } };
  }

  /** What the backend wanted is asked for at the next login. */
  async #note(scopes: readonly string[]): Promise<void> {
    const { store } = this.#ground;
    const lock = await store.lock();
    try {
      const login = await store.read();
      if (login !== undefined) {
        await store.write({ ...login, scopes: [...new Set([...login.scopes, ...scopes])].slice(0, 64) });
      }
    } finally {
      lock.release();
    }
  }

  #needed(why: string): AuthorizationFault {
    return loginNeeded(this.#ground.name, why);
  }
}
