import { AuthorizationFault } from '../../lib/model/authorization.ts';
import type { Clock } from '../../lib/model/clock.ts';
import type { IdentityProviderConfig } from '../../lib/model/obtained-credentials.ts';
import type { OAuthClient } from './client.ts';
import { endpoint, serverOf } from './discovery.ts';
import { briefly } from './fault.ts';
import type { Ground } from './places.ts';
import type { Known } from './server-known.ts';
import { signedIn } from './signed.ts';
import { answerOf, type Form, type TokenEndpoint } from './token-endpoint.ts';

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ID_JAG = 'urn:ietf:params:oauth:token-type:id-jag';

export interface ProviderGround {
  readonly config: IdentityProviderConfig;
  readonly clock: Clock;
  /** Private addresses are as allowed as for the backend. */
  readonly allowPrivate: boolean;
  client(): Promise<OAuthClient>;
  /** What says who the user is, as it is now. */
  subjectToken(): Promise<string>;
}

/**
 * The identity provider of an enterprise: gives, for what says who a user is, a statement about them for one authorization
 * server and one resource (an Identity Assertion JWT Authorization Grant, by RFC 8693).
 */
export class IdentityProvider {
  readonly #ground: ProviderGround;

  constructor(ground: ProviderGround) {
    this.#ground = ground;
  }

  /** A statement for the server a backend believes. Rejects with an `AuthorizationFault` or a `CredentialFault`. */
  async assertion(known: Known, scopes: Form): Promise<string> {
    const { config, clock, client, subjectToken } = this.#ground;
    const [at, who, subject] = await Promise.all([this.#endpoint(), client(), subjectToken()]);
    const form: Form = [
      ['grant_type', EXCHANGE],
      ['requested_token_type', ID_JAG],
      ['audience', known.endpoint.issuer],
      ['resource', known.resource],
      ['subject_token', subject],
      ['subject_token_type', config.subjectTokenType],
      ...scopes,
    ];
    try {
      const answer = await answerOf(at, who, form, { clock, signer: undefined });
      // Anything else could be a token for something else, and would go to a server that has no business with it.
      if (answer?.['issued_token_type'] !== ID_JAG) throw new Error('gave something else than was asked for');
      return signedIn(answer['access_token'], 'what the identity provider gave');
    } catch (error) {
      if (error instanceof AuthorizationFault) throw error;
      throw new AuthorizationFault(
        `its identity provider ${briefly(error as Error)}`,
        'check `credentials.identity_provider`, and whether its `subject_token` still counts',
        'SP2020',
      );
    }
  }

  async #endpoint(): Promise<TokenEndpoint> {
    const { config, allowPrivate } = this.#ground;
    const { issuer, tokenUrl } = config;
    if (tokenUrl !== undefined) {
      return { url: new URL(tokenUrl), issuer: issuer ?? tokenUrl, clientProofs: undefined, allowPrivate };
    }
    const ground: Ground = { backend: new URL(issuer!), allowPrivate, issuer };
    const server = await serverOf(issuer!, ground);
    return {
      url: endpoint(server.tokenEndpoint, 'token endpoint', ground),
      issuer: server.issuer,
      clientProofs: server.clientProofs,
      allowPrivate,
    };
  }
}
