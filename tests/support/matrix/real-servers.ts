import { join } from 'node:path';
import type { Message } from '../mcp/lines.ts';
import { ROOT } from '../paths.ts';
import type { MatrixClient } from './client.ts';

/** A server that others wrote, as its package is run. */
export interface RealServer {
  readonly name: string;
  /** The newest revision it speaks. */
  readonly revision: string;
  readonly args: readonly string[];
  /** A call that changes nothing and needs nothing; servers without one are listed only. */
  readonly call?: { readonly tool: string; readonly args: Message; readonly answer: RegExp };
}

/** What one client saw of one of them. */
export interface Visit {
  readonly server: RealServer;
  readonly tools: number;
  /** Undefined where nothing was called. */
  readonly answered?: boolean;
}

/** The official servers that are part of the development setup; `folder` is what the first one may read. */
export function officialServers(folder: string): RealServer[] {
  const official = (name: string) =>
    join(ROOT, 'node_modules', '@modelcontextprotocol', `server-${name}`, 'dist', 'index.js');
  return [
    {
      name: 'filesystem',
      revision: '2025-11-25',
      args: [official('filesystem'), folder],
      call: { tool: 'list_directory', args: { path: folder }, answer: /\[FILE\]/ },
    },
    {
      name: 'memory',
      revision: '2025-11-25',
      args: [official('memory')],
      call: { tool: 'read_graph', args: {}, answer: /"entities"/ },
    },
    {
      name: 'everything',
      revision: '2025-11-25',
      args: [official('everything')],
      call: { tool: 'echo', args: { message: 'hello' }, answer: /hello/ },
    },
  ];
}

/** Entries of `backends` for them. */
export function backendsFor(servers: readonly RealServer[]): string {
  return servers.map(({ name, args }) => `  - ${JSON.stringify({ name, command: process.execPath, args })}\n`).join('');
}

/** Lists the tools of every server through one gateway, and calls what may be called. */
export async function visitAll(client: MatrixClient, servers: readonly RealServer[]): Promise<Visit[]> {
  const listed = (await client.tools()).map(({ name }): string => name);
  return Promise.all(servers.map((server) => visit(client, server, listed)));
}

async function visit(client: MatrixClient, server: RealServer, listed: readonly string[]): Promise<Visit> {
  const tools = listed.filter((name) => name.startsWith(`${server.name}__`)).length;
  if (server.call === undefined) return { server, tools };
  const { tool, args, answer } = server.call;
  const { content, isError } = await client.call(`${server.name}__${tool}`, args);
  return { server, tools, answered: isError !== true && answer.test(content[0].text) };
}
