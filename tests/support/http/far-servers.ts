import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { Server as ServerV1 } from '@modelcontextprotocol/sdk/server/index.js';
import { SSEServerTransport } from '@modelcontextprotocol/sdk/server/sse.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { listener as web } from '../../fixtures/conformance/node-http.ts';
import { conformanceServer } from '../../fixtures/conformance/server.ts';
import { legacySessions } from '../../fixtures/conformance/sessions.ts';

/** A server made with an official SDK, on a socket of the test's own process. */
export interface FarServer {
  readonly url: string;
  /** Requests so far, as `METHOD path` with what is worth knowing of their headers. */
  readonly seen: { readonly method: string; readonly path: string; readonly headers: IncomingMessage['headers'] }[];
}

/** SDK v2, 2026-07-28 only. */
export function modernFar(t: TestContext): Promise<FarServer> {
  const handler = createMcpHandler(() => conformanceServer(handler.notify), { legacy: 'reject' });
  return listening(t, '/mcp', web(handler.fetch));
}

/** SDK v2 with sessions, streams that can be taken up again, and nothing modern. */
export function legacyFar(t: TestContext): Promise<FarServer> {
  return listening(t, '/mcp', web(legacySessions(() => conformanceServer())));
}

/** SDK v1 with sessions. */
export function firstFar(t: TestContext): Promise<FarServer> {
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  return listening(t, '/mcp', async (request, response) => {
    const known = sessions.get(String(request.headers['mcp-session-id']));
    if (known !== undefined) return known.handleRequest(request, response);
    const transport = new StreamableHTTPServerTransport({
      sessionIdGenerator: () => randomUUID(),
      onsessioninitialized: (id) => void sessions.set(id, transport),
      onsessionclosed: (id) => void sessions.delete(id),
    });
    await serverV1().connect(transport as Parameters<ServerV1['connect']>[0]);
    await transport.handleRequest(request, response);
  });
}

/** SDK v1 with the pair of 2024-11-05. */
export function pairedFar(t: TestContext): Promise<FarServer> {
  const sessions = new Map<string, SSEServerTransport>();
  return listening(t, '/sse', async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    if (pathname === '/sse' && request.method === 'GET') {
      const transport = new SSEServerTransport('/messages', response);
      sessions.set(transport.sessionId, transport);
      return serverV1().connect(transport);
    }
    const known = sessions.get(searchParams.get('sessionId') ?? '');
    if (known === undefined || request.method !== 'POST') return void response.writeHead(404).end('Cannot POST /sse');
    return known.handlePostMessage(request, response);
  });
}

/** What the tests ask of the fixture of the conformance suite, in the words of SDK v1. */
function serverV1(): ServerV1 {
  const server = new ServerV1({ name: 'first', version: '1.0.0' }, { capabilities: { tools: { listChanged: true } } });
  const says = (text: string) => ({ content: [{ type: 'text', text }] });
  const tools = ['test_simple_text', 'test_tool_with_progress', 'test_elicitation', 'test_trigger_tool_change'];
  server.setRequestHandler(ListToolsRequestSchema, () => ({
    tools: tools.map((name) => ({ name, inputSchema: { type: 'object' as const } })),
  }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
    const progressToken = params._meta?.progressToken;
    if (params.name === 'test_tool_with_progress' && progressToken !== undefined) {
      for (const progress of [0, 50, 100])
        await extra.sendNotification({ method: 'notifications/progress', params: { progressToken, progress } });
    }
    if (params.name === 'test_trigger_tool_change') await server.sendToolListChanged();
    if (params.name !== 'test_elicitation') return says('This is a simple text response for testing.');
    const requestedSchema = { type: 'object' as const, properties: { username: { type: 'string' as const } } };
    const { action, content } = await server.elicitInput(
      { message: 'Who?', requestedSchema },
      { relatedRequestId: extra.requestId },
    );
    return says(`User response: action=${action}, content=${JSON.stringify(content ?? {})}`);
  });
  return server;
}

async function listening(
  t: TestContext,
  path: string,
  serve: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<FarServer> {
  const seen: FarServer['seen'] = [];
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    seen.push({ method, path: url, headers });
    serve(request, response);
  });
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, seen };
}
