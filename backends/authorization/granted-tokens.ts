import type { OnBehalf } from '../../lib/model/authorization.ts';
import type { OAuthClient } from './client.ts';
import type { Grant } from './grants.ts';
import type { ResourceMetadata } from './metadata.ts';
import type { ServerKnown } from './server-known.ts';
import type { TokenSource, Wanted } from './source.ts';
import type { Token } from './token.ts';
import { type AskingGround, askForToken, type Form } from './token-endpoint.ts';

export interface ServiceGround extends AskingGround {
  readonly server: ServerKnown;
  /** What the backend is called in the words of RFC 8693, besides its URL. */
  readonly audience: string | undefined;
  /** Obtains what the client proves itself with, anew for each token. */
  client(): Promise<OAuthClient>;
}

/** Tokens an authorization server hands out for a grant, without a user who agrees. */
export class GrantedTokens implements TokenSource {
  readonly #ground: ServiceGround;
  readonly #grant: Grant;

  constructor(grant: Grant, ground: ServiceGround) {
    this.#grant = grant;
    this.#ground = ground;
  }

  accountOf(onBehalf: OnBehalf | undefined): string {
    return this.#grant.accountOf(onBehalf);
  }

  async obtain({ onBehalf, scopes }: Wanted): Promise<Token> {
    const { server, client, audience } = this.#ground;
    const [known, who] = await Promise.all([server.known(), client()]);
    const wanted = scopeOf(known.scopes, scopes);
    const form: Form = [
      ...(await this.#grant.formFor(onBehalf, known, wanted)),
      ['resource', known.resource],
      ...(audience === undefined ? [] : [['audience', audience] as const]),
      ...wanted,
    ];
    return await askForToken(known.endpoint, who, form, this.#ground);
  }

  noteResource(resource: ResourceMetadata): Promise<void> {
    return this.#ground.server.noteResource(resource);
  }
}

/** Nothing is said of scopes where nobody has asked for any. */
function scopeOf(usual: readonly string[], more: readonly string[]): Form {
  const scopes = [...new Set([...usual, ...more])];
  return scopes.length === 0 ? [] : [['scope', scopes.join(' ')]];
}
