import type {
  DpopSession,
  OAuthClientProvider,
  OAuthDiscoveryState,
  StoredOAuthClientInformation,
  StoredOAuthTokens,
} from '@modelcontextprotocol/client';
import { agreeTo } from './test-browser.ts';

const CALLBACK = 'http://127.0.0.1:33418/callback';

/** A client that the authorization server is told of beforehand. */
export const PUBLIC_CLIENT = {
  client_id: 'desktop',
  redirect_uris: [CALLBACK],
  application_type: 'native' as const,
  token_endpoint_auth_method: 'none' as const,
  grant_types: ['authorization_code', 'refresh_token'],
};

/** What a client of the SDK keeps for a user, who is `alice` and agrees to everything her browser shows her. */
export class OAuthUser implements OAuthClientProvider {
  readonly redirectUrl = CALLBACK;
  readonly clientMetadata = {
    client_name: 'tester',
    redirect_uris: [CALLBACK],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
  };
  /** Where the user was sent to agree, each time. */
  readonly asked: URL[] = [];
  /** What the last of these visits ended with. */
  answer = new URLSearchParams();
  /** Everything the authorization server gave out, the newest last. */
  readonly given: StoredOAuthTokens[] = [];
  readonly dpop?: () => DpopSession;
  #client: StoredOAuthClientInformation | undefined;
  #tokens: StoredOAuthTokens | undefined;
  #verifier = '';
  #discovery: OAuthDiscoveryState | undefined;

  /** A client that is unknown to the server registers first. */
  constructor(client?: StoredOAuthClientInformation, session?: DpopSession) {
    this.#client = client;
    if (session !== undefined) this.dpop = () => session;
  }

  get clientId(): string {
    return this.#client!.client_id;
  }

  get token(): string {
    return this.#tokens!.access_token;
  }

  clientInformation = () => this.#client;
  saveClientInformation = (client: StoredOAuthClientInformation) => void (this.#client = client);
  tokens = () => this.#tokens;
  codeVerifier = () => this.#verifier;
  saveCodeVerifier = (verifier: string) => void (this.#verifier = verifier);
  discoveryState = () => this.#discovery;
  saveDiscoveryState = (state: OAuthDiscoveryState) => void (this.#discovery = state);

  saveTokens(tokens: StoredOAuthTokens): void {
    this.#tokens = tokens;
    this.given.push(tokens);
  }

  async redirectToAuthorization(page: URL): Promise<void> {
    this.asked.push(page);
    const end = await agreeTo(page.href, 'alice', CALLBACK);
    if (!end.startsWith(CALLBACK)) throw new Error(`the user was not sent back: ${end}`);
    this.answer = new URL(end).searchParams;
  }
}
