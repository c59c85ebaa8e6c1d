import type { OnBehalf } from '../../lib/model/authorization.ts';
import type { OAuthClient } from './client.ts';
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

/** Tokens of the gateway itself, whoever calls (RFC 6749, 4.4). */
export class ForItself implements TokenSource {
  readonly #ground: ServiceGround;

  constructor(ground: ServiceGround) {
    this.#ground = ground;
  }

  accountOf(_onBehalf: OnBehalf | undefined): string {
    return '';
  }

  async obtain({ scopes }: Wanted): Promise<Token> {
    const { server, client, audience } = this.#ground;
    const [{ endpoint, resource, scopes: usual }, who] = await Promise.all([server.known(), client()]);
    const form: Form = [
      ['grant_type', 'client_credentials'],
      ['resource', resource],
      ...audienceOf(audience),
      ...scopeOf(usual, scopes),
    ];
    return await askForToken(endpoint, who, form, this.#ground);
  }

  noteResource(resource: ResourceMetadata): Promise<void> {
    return this.#ground.server.noteResource(resource);
  }
}

/** Nothing is said of scopes where nobody has asked for any. */
export function scopeOf(usual: readonly string[], more: readonly string[]): Form {
  const scopes = [...new Set([...usual, ...more])];
  return scopes.length === 0 ? [] : [['scope', scopes.join(' ')]];
}

export function audienceOf(audience: string | undefined): Form {
  return audience === undefined ? [] : [['audience', audience]];
}
