import type { OnBehalf } from '../../lib/model/authorization.ts';
import { audienceOf, type ServiceGround, scopeOf } from './for-itself.ts';
import type { ResourceMetadata } from './metadata.ts';
import type { Known } from './server-known.ts';
import type { TokenSource, Wanted } from './source.ts';
import type { Token } from './token.ts';
import { askForToken, type Form } from './token-endpoint.ts';

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

export interface AssertionGround extends ServiceGround {
  /** The assertion to give, as it is now: none is kept, for they live shortly and some count once. */
  assertion(known: Known, scopes: Form): Promise<string>;
}

/** Tokens in exchange for a statement that somebody else has signed, whoever calls (RFC 7523, 2.1). */
export class ByAssertion implements TokenSource {
  readonly #ground: AssertionGround;

  constructor(ground: AssertionGround) {
    this.#ground = ground;
  }

  accountOf(_onBehalf: OnBehalf | undefined): string {
    return '';
  }

  async obtain({ scopes }: Wanted): Promise<Token> {
    const { server, client, audience, assertion } = this.#ground;
    const [known, who] = await Promise.all([server.known(), client()]);
    const wanted = scopeOf(known.scopes, scopes);
    const form: Form = [
      ['grant_type', JWT_BEARER],
      ['assertion', await assertion(known, wanted)],
      ['resource', known.resource],
      ...audienceOf(audience),
      ...wanted,
    ];
    return await askForToken(known.endpoint, who, form, this.#ground);
  }

  noteResource(resource: ResourceMetadata): Promise<void> {
    return this.#ground.server.noteResource(resource);
  }
}
