import { DpopSigner } from '../../lib/issuing/dpop-signer.ts';
import type { Authorization, OnBehalf } from '../../lib/model/authorization.ts';
import type { Clock } from '../../lib/model/clock.ts';
import type { BackendConfig, RemoteConfig } from '../../lib/model/config.ts';
import type { GrantSource, ObtainedCredentials } from '../../lib/model/obtained-credentials.ts';
import type { SecretSource } from '../../lib/model/secret-source.ts';
import { obtain } from '../credentials/obtain.ts';
import { clientFrom } from './client.ts';
import { GrantedTokens } from './granted-tokens.ts';
import { type AssertionOf, byAssertion, forCaller, forItself, type Grant } from './grants.ts';
import { IdentityProvider } from './identity-provider.ts';
import { LoggedIn } from './logged-in.ts';
import { ObtainedAuthorization } from './obtained.ts';
import type { Ground } from './places.ts';
import { ServerKnown } from './server-known.ts';
import { signedIn } from './signed.ts';
import { TokenStore } from './token-store.ts';

export interface OpeningGround {
  readonly clock: Clock;
  readonly stateDir: string;
  /** Our own, for programs that print secrets. */
  readonly environment: NodeJS.ProcessEnv;
  /** From now on these are masked wherever something is printed. */
  learn(secrets: readonly string[]): void;
  /** A token of our own that says who calls, for `audience` alone. */
  subjectToken(onBehalf: OnBehalf, audience: string): string | Promise<string>;
}

/** How requests to a backend are authorized whose tokens are obtained; nothing is asked of anybody yet. */
export function openObtained(backend: BackendConfig, ground: OpeningGround): Authorization {
  const { name, remote, credentials } = backend;
  const config = credentials.authorization;
  if (remote === undefined || config === undefined || config.mode === 'mint')
    throw new Error(`${name} obtains no tokens`);
  const { clock, environment } = ground;
  const learn = onceEach((secrets) => ground.learn(secrets));
  const places = placesOf(remote, config);
  if (config.mode === 'oauth') {
    const store = new TokenStore(ground.stateDir, name, remote.url);
    const source = new LoggedIn({ name, config, places, store, clock, environment, learn });
    return new ObtainedAuthorization(source, {
      clock,
      places,
      get signer() {
        return source.signer;
      },
    });
  }
  const signer = config.dpop ? new DpopSigner(clock) : undefined;
  const server = new ServerKnown(config, places, () => clock.monotonic());
  const client = () => clientFrom(config.clientId ?? '', config.clientProof, environment, learn);
  const grant = grantOf(config, places, { ...ground, learn });
  const source = new GrantedTokens(grant, { clock, signer, server, client, audience: config.audience });
  return new ObtainedAuthorization(source, { clock, places, signer });
}

function grantOf(config: ObtainedCredentials, places: Ground, ground: OpeningGround): Grant {
  if (config.mode === 'client_credentials') return forItself;
  if (config.mode === 'jwt_bearer') return byAssertion(assertionBy(config.grant!, places, ground));
  const subjectToken: OpeningGround['subjectToken'] = (who, audience) => ground.subjectToken(who, audience);
  return forCaller({ subjectToken, subjectTokenType: config.subjectTokenType });
}

/** Who hands out the assertion. It is not learned as a secret to mask, as no token is: each is another one. */
function assertionBy(
  grant: GrantSource,
  { allowPrivate }: Ground,
  { clock, environment, learn }: Pick<OpeningGround, 'clock' | 'environment' | 'learn'>,
): AssertionOf {
  const now = (name: string, from: SecretSource) => obtain({ name, from, hosts: [], like: '' }, environment);
  if (grant.kind === 'assertion') {
    return async () => signedIn(await now('assertion', grant.from), 'the `assertion`');
  }
  const { provider: config } = grant;
  const provider = new IdentityProvider({
    config,
    clock,
    allowPrivate,
    client: () => clientFrom(config.clientId, config.clientProof, environment, learn),
    subjectToken: async () => subjectIn(await now('subject_token', config.subjectToken), config.subjectTokenType),
  });
  return (known, scopes) => provider.assertion(known, scopes);
}

/** What says who the user is. An ID token is a JWT, and a wrong file is not sent. */
function subjectIn(text: string, type: string): string {
  return /:(?:id_token|jwt)$/.test(type) ? signedIn(text, 'the `subject_token`') : text;
}

/** Where the words of a backend and its authorization server may lead. */
export function placesOf({ url, allowPrivate }: RemoteConfig, { issuer, tokenUrl }: ObtainedCredentials): Ground {
  return { backend: new URL(url), allowPrivate, issuer: issuer ?? tokenUrl };
}

/** What is known to be secret need not be learned with every token. */
function onceEach(learn: (secrets: readonly string[]) => void): (secrets: readonly string[]) => void {
  const known = new Set<string>();
  return (secrets) => {
    const others = secrets.filter((secret) => !known.has(secret));
    for (const secret of others) known.add(secret);
    if (others.length > 0) learn(others);
  };
}
