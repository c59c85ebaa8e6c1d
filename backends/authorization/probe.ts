import { AuthorizationFault } from '../../lib/model/authorization.ts';
import type { RemoteConfig } from '../../lib/model/config.ts';
import { VERSION } from '../../lib/model/version.ts';
import { META, NEWEST_LEGACY, NEWEST_MODERN } from '../../lib/protocol/revisions.ts';
import { type Said, saidTo } from '../http/asking.ts';
import { challengesIn, scopesIn } from './challenges.ts';

/** What a backend asks for when somebody without a token comes. */
export interface Probed {
  /** Where its metadata stand, as it says; undefined where it says nothing of that. */
  readonly metadata: string | undefined;
  readonly scopes: readonly string[];
}

const TIMEOUT_MS = 10_000;

/** What a client says first. */
interface Greeting {
  readonly more: Readonly<Record<string, string>>;
  readonly message: object;
}

const CLIENT = { name: 'sallyport', version: VERSION };

const OLDER: Greeting = {
  more: {},
  message: {
    method: 'initialize',
    params: { protocolVersion: NEWEST_LEGACY, capabilities: {}, clientInfo: CLIENT },
  },
};

const MODERN: Greeting = {
  more: { 'MCP-Protocol-Version': NEWEST_MODERN, 'Mcp-Method': 'server/discover' },
  message: {
    method: 'server/discover',
    params: { _meta: { [META.version]: NEWEST_MODERN, [META.clientInfo]: CLIENT, [META.clientCapabilities]: {} } },
  },
};

/** Asks a backend as a client without a token would: one of the older revisions first, then one of today. */
export async function probe(remote: RemoteConfig): Promise<Probed> {
  for (const greeting of [OLDER, MODERN]) {
    const said = await answerTo(remote, greeting);
    if (said.status !== 401) continue;
    const lines = said.headers['www-authenticate'];
    const challenges = lines === undefined ? [] : challengesIn([lines].flat());
    const first = (name: string) => challenges.find(({ parameters }) => parameters.has(name))?.parameters.get(name);
    return { metadata: first('resource_metadata'), scopes: scopesIn(first('scope')) };
  }
  return { metadata: undefined, scopes: [] };
}

function answerTo({ url, allowPrivate, headers }: RemoteConfig, { more, message }: Greeting): Promise<Said> {
  const question = {
    url,
    allowPrivate,
    method: 'POST' as const,
    timeoutMs: TIMEOUT_MS,
    headers: {
      ...headers,
      'Content-Type': 'application/json',
      Accept: 'application/json, text/event-stream',
      ...more,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, ...message }),
  };
  return saidTo(question, (status) => status === 401).catch((error: Error) => {
    throw new AuthorizationFault(`it ${error.message}`, 'check its `url`');
  });
}
