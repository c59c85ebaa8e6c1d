import type { TestContext } from 'node:test';
import type { Message } from '../mcp/lines.ts';
import { fixtureBackend } from '../program/gateway.ts';
import { type Served, serve } from '../program/serve.ts';
import {
  type AuthorizationServer,
  type AuthorizationServerOptions,
  startAuthorizationServer,
} from './authorization-server.ts';
import { KnownAddress } from './known-address.ts';

export interface OAuthSceneOptions {
  readonly server?: AuthorizationServerOptions;
  /** More of `security.auth.oauth`. */
  readonly oauth?: Message;
  /** More of `security.auth.jwt`, or false for a gateway that asks the authorization server about each token. */
  readonly jwt?: Message | false;
  /** More of `security.auth`. */
  readonly auth?: Message;
  /** More of the `server` section. */
  readonly listen?: Message;
}

/** A gateway that believes a real authorization server, at an address that its config names. */
export interface OAuthScene {
  readonly server: AuthorizationServer;
  readonly served: Served;
  /** The address clients know, which is the audience of their tokens. */
  readonly url: string;
  /** Subjects and clients of the calls that were recorded, each once. */
  callers(): string[];
}

const SCOPES = ['mcp', 'mcp.read', 'mcp.write'];

/** `echo` needs the scope `mcp.read`, everything else `mcp.write`, and everything `mcp`. */
export async function oauthScene(
  t: TestContext,
  { server: options, oauth, jwt = {}, auth, listen }: OAuthSceneOptions = {},
): Promise<OAuthScene> {
  const server = await startAuthorizationServer(t, { scopes: SCOPES, ...options });
  const address = await KnownAddress.open(t, listen?.tls === undefined ? 'http' : 'https');
  const url = `${address.origin}/mcp`;
  const section = {
    ...(jwt === false ? {} : { jwt: { issuer: server.issuer, jwks_uri: server.jwksUri, ...jwt } }),
    oauth: {
      authorization_servers: [server.issuer],
      scopes: { 'mcp.read': ['fix/echo'], 'mcp.write': ['fix/*'] },
      required_scopes: ['mcp'],
      ...oauth,
      ...(jwt === false ? { introspection: { ...introspectionBy(server), ...oauth?.introspection } } : {}),
    },
    ...auth,
  };
  const served = await serve(t, {
    server: { public_url: url, ...listen },
    backends: fixtureBackend('fix'),
    more: `security: ${JSON.stringify({ registry: { pin: 'off' }, auth: section })}\n`,
    env: { INTROSPECTION_SECRET: server.secretOf('introspector') },
  });
  address.leadTo(served.url);
  return {
    server,
    served,
    url,
    callers: () => {
      const calls = served.records.filter(({ kind }) => kind === 'call');
      return [...new Set(calls.map(({ principal, client_id }) => `${principal} by ${client_id ?? principal}`))];
    },
  };
}

function introspectionBy(server: AuthorizationServer): Message {
  return { url: server.introspectionUrl, client_id: 'introspector', client_secret: '${INTROSPECTION_SECRET}' };
}
