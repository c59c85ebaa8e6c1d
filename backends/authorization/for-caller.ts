import type { OnBehalf } from '../../lib/model/authorization.ts';
import { accountOf } from '../../lib/model/principal.ts';
import { audienceOf, ForItself, type ServiceGround, scopeOf } from './for-itself.ts';
import type { ResourceMetadata } from './metadata.ts';
import type { TokenSource, Wanted } from './source.ts';
import type { Token } from './token.ts';
import { askForToken, type Form } from './token-endpoint.ts';

const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

export interface CallerGround extends ServiceGround {
  /** A token of our own that says who calls, for the authorization server `audience` alone; never what the caller came with. */
  subjectToken(onBehalf: OnBehalf, audience: string): string | Promise<string>;
  readonly subjectTokenType: string;
}

/** A token for each caller, in exchange for what the gateway says of them (RFC 8693); its own requests go in its own name. */
export class ForCaller implements TokenSource {
  readonly #ground: CallerGround;
  readonly #own: ForItself;

  constructor(ground: CallerGround) {
    this.#ground = ground;
    this.#own = new ForItself(ground);
  }

  accountOf(onBehalf: OnBehalf | undefined): string {
    if (onBehalf === undefined) return '';
    const { identity } = onBehalf;
    const { proof, clientId, roles, scopes, tenant, actors } = identity;
    return JSON.stringify([accountOf(identity), proof, clientId, tenant, roles, scopes, actors]);
  }

  async obtain(wanted: Wanted): Promise<Token> {
    const { onBehalf, scopes } = wanted;
    if (onBehalf === undefined) return await this.#own.obtain(wanted);
    const { server, client, audience, subjectToken, subjectTokenType } = this.#ground;
    const [{ endpoint, resource, scopes: usual }, who] = await Promise.all([server.known(), client()]);
    const form: Form = [
      ['grant_type', EXCHANGE],
      ['resource', resource],
      ...audienceOf(audience),
      ['subject_token', await subjectToken(onBehalf, endpoint.issuer)],
      ['subject_token_type', subjectTokenType],
      ['requested_token_type', ACCESS_TOKEN],
      ...scopeOf(usual, scopes),
    ];
    return await askForToken(endpoint, who, form, this.#ground);
  }

  noteResource(resource: ResourceMetadata): Promise<void> {
    return this.#ground.server.noteResource(resource);
  }
}
