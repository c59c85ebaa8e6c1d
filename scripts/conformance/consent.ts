import {
  Client,
  type OAuthClientProvider,
  type OAuthDiscoveryState,
  type StoredOAuthClientInformation,
  type StoredOAuthTokens,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from '@modelcontextprotocol/client';

const REDIRECT = 'http://localhost:3000/callback';
const ATTEMPTS = 2;

/** Credentials the suite has registered for a client beforehand. */
export interface Registered {
  readonly client_id?: string;
  readonly client_secret?: string;
}

/** A user who agrees to everything at once: follows the redirect and keeps what stands in it. */
class Consent implements OAuthClientProvider {
  readonly redirectUrl = REDIRECT;
  readonly clientMetadataUrl = 'https://conformance-test.local/client-metadata.json';
  readonly clientMetadata = { client_name: 'sallyport-conformance', redirect_uris: [REDIRECT] };
  /** The parameters the authorization server sent the user back with. */
  answer = new URLSearchParams();
  #client: StoredOAuthClientInformation | undefined;
  #tokens: StoredOAuthTokens | undefined;
  #verifier = '';
  #discovery: OAuthDiscoveryState | undefined;

  constructor({ client_id, client_secret }: Registered) {
    if (client_id !== undefined && client_secret !== undefined) this.#client = { client_id, client_secret };
  }

  clientInformation = () => this.#client;
  saveClientInformation = (client: StoredOAuthClientInformation) => void (this.#client = client);
  tokens = () => this.#tokens;
  codeVerifier = () => this.#verifier;
  saveCodeVerifier = (verifier: string) => void (this.#verifier = verifier);
  discoveryState = () => this.#discovery;
  saveDiscoveryState = (state: OAuthDiscoveryState) => void (this.#discovery = state);

  /** What was discovered serves one redirect: the resource may name another authorization server the next time. */
  saveTokens(tokens: StoredOAuthTokens): void {
    this.#tokens = tokens;
    this.#discovery = undefined;
  }

  invalidateCredentials(scope: 'all' | 'client' | 'tokens' | 'verifier' | 'discovery'): void {
    if (scope === 'all' || scope === 'client') this.#client = undefined;
    if (scope === 'all' || scope === 'tokens') this.#tokens = undefined;
    if (scope === 'all' || scope === 'verifier') this.#verifier = '';
    if (scope === 'all' || scope === 'discovery') this.#discovery = undefined;
  }

  async redirectToAuthorization(url: URL): Promise<void> {
    const { headers } = await fetch(url, { redirect: 'manual' });
    this.answer = new URL(headers.get('location')!).searchParams;
  }
}

/** Connects, lists and calls, and asks for consent whenever the server wants it: at most twice in all. */
export async function playWithConsent(url: string, modern: boolean, registered: Registered): Promise<void> {
  const provider = new Consent(registered);
  let attempts = 0;
  const consented = async <T>(work: () => Promise<T>, transport: () => StreamableHTTPClientTransport): Promise<T> => {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof UnauthorizedError) || ++attempts > ATTEMPTS) throw error;
        await transport().finishAuth(provider.answer);
      }
    }
  };
  let transport!: StreamableHTTPClientTransport;
  const client = await consented(
    async () => {
      transport = new StreamableHTTPClientTransport(new URL(url), { authProvider: provider });
      const connecting = new Client(
        { name: 'sallyport-conformance', version: '1.0.0' },
        { versionNegotiation: { mode: modern ? 'auto' : 'legacy' } },
      );
      await connecting.connect(transport);
      return connecting;
    },
    () => transport,
  );
  await consented(
    () => client.listTools(),
    () => transport,
  );
  await consented(
    () => client.callTool({ name: 'test-tool', arguments: {} }),
    () => transport,
  );
  await client.close();
}
