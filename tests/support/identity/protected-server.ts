import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import {
  calculateJwkThumbprint,
  createRemoteJWKSet,
  decodeProtectedHeader,
  EmbeddedJWK,
  type JWK,
  jwtVerify,
} from 'jose';
import { endWith } from '../folder.ts';
import type { Message } from '../mcp/lines.ts';
import type { AuthorizationServer } from './authorization-server.ts';

export interface ProtectedOptions {
  /** Scope each tool needs. */
  readonly tools?: Readonly<Record<string, string>>;
  /** Proofs are asked for, and a nonce in each where it is given. */
  readonly dpop?: boolean;
  readonly nonce?: string;
  /** What it says of itself (RFC 9728), over the true words. */
  readonly metadata?: Message;
}

/** A modern MCP server elsewhere that believes an authorization server, and verifies tokens and proofs by another library. */
export interface ProtectedServer {
  readonly url: string;
  /** Tokens that were accepted, one for each request. */
  readonly tokens: string[];
  /** Every request with its headers. */
  readonly requests: {
    readonly headers: IncomingMessage['headers'];
    readonly method: string;
    readonly status: number;
  }[];
  /** Tokens that are taken back. */
  readonly revoked: Set<string>;
  /** What it says of itself from now on. */
  metadata: Message;
}

const COMPLETE = { resultType: 'complete', ttlMs: 0, cacheScope: 'private' };

export async function startProtectedServer(
  t: TestContext,
  authorization: AuthorizationServer,
  { tools = { read: 'files.read', write: 'files.write' }, dpop = false, nonce, metadata = {} }: ProtectedOptions = {},
): Promise<ProtectedServer> {
  const http = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const url = `${origin}/mcp`;
  const own: ProtectedServer = { url, tokens: [], requests: [], revoked: new Set(), metadata };
  const keys = createRemoteJWKSet(new URL(authorization.jwksUri));
  endWith(t, () => {
    http.closeAllConnections();
    return new Promise((resolve) => http.close(resolve));
  });
  return own;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.url === '/.well-known/oauth-protected-resource/mcp') {
      const said = { resource: url, authorization_servers: [authorization.issuer], ...own.metadata };
      return void response.setHeader('Content-Type', 'application/json').end(JSON.stringify(said));
    }
    if (request.url !== '/mcp') return void response.writeHead(404).end();
    const text = Buffer.concat(chunks).toString();
    const message = (text === '' ? {} : JSON.parse(text)) as Message;
    const end = (status: number, body: Message | undefined, headers: Record<string, string> = {}) => {
      own.requests.push({ headers: request.headers, method: message.method ?? '', status });
      response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
      response.end(body === undefined ? '' : JSON.stringify(body));
    };
    const challenge = (error: string | undefined, more = '', status = 401) => {
      const scheme = dpop ? 'DPoP' : 'Bearer';
      const said = `${error === undefined ? '' : `error="${error}", `}resource_metadata="${origin}/.well-known/oauth-protected-resource/mcp"${more}`;
      end(status, undefined, { 'WWW-Authenticate': `${scheme} ${said}`, ...(nonce && { 'DPoP-Nonce': nonce }) });
    };
    const [, scheme, token] = /^(\w+) (\S+)$/.exec(request.headers.authorization ?? '') ?? [];
    if (token === undefined || scheme !== (dpop ? 'DPoP' : 'Bearer')) return challenge(undefined);
    if (own.revoked.has(token)) return challenge('invalid_token');
    let scopes: string[];
    try {
      const { payload } = await jwtVerify(token, keys, { issuer: authorization.issuer, audience: url });
      scopes = String(payload['scope'] ?? '').split(' ');
      if (dpop) {
        const proof = String(request.headers.dpop);
        const { payload: said } = await jwtVerify(proof, EmbeddedJWK, { typ: 'dpop+jwt', maxTokenAge: 60 });
        const jkt = await calculateJwkThumbprint(decodeProtectedHeader(proof).jwk as JWK);
        const ath = createHash('sha256').update(token).digest('base64url');
        if (nonce !== undefined && said['nonce'] !== nonce) return challenge('use_dpop_nonce');
        const isBound = (payload['cnf'] as Message | undefined)?.['jkt'] === jkt;
        if (!isBound || said['htu'] !== url || said['htm'] !== request.method || said['ath'] !== ath)
          return challenge('invalid_dpop_proof');
      }
    } catch {
      return challenge('invalid_token');
    }
    const needed = message.method === 'tools/call' ? tools[message.params.name] : undefined;
    if (needed !== undefined && !scopes.includes(needed))
      return challenge('insufficient_scope', `, scope="${needed}"`, 403);
    own.tokens.push(token);
    const result = resultOf(message);
    if (result === undefined) {
      return end(404, { jsonrpc: '2.0', id: message.id ?? null, error: { code: -32601, message: 'Method not found' } });
    }
    end(200, { jsonrpc: '2.0', id: message.id, result: { ...COMPLETE, ...result } });
  }

  function resultOf({ method, params }: Message): Message | undefined {
    if (method === 'server/discover') return { supportedVersions: ['2026-07-28'], capabilities: { tools: {} } };
    if (method === 'tools/list') {
      return { tools: Object.keys(tools).map((name) => ({ name, inputSchema: { type: 'object' } })) };
    }
    return method === 'tools/call' ? { content: [{ type: 'text', text: `${params.name} is done` }] } : undefined;
  }
}
