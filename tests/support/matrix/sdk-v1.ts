import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { SSEClientTransport } from '@modelcontextprotocol/sdk/client/sse.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import type { Message } from '../mcp/lines.ts';
import { answerTo, INFO } from './answers.ts';
import { type MatrixClient, METHODS, Refusal } from './client.ts';
import { Notices } from './notices.ts';
import type { Target } from './target.ts';

const CAPABILITIES = { sampling: {}, elicitation: { form: {}, url: {} }, roots: { listChanged: true } };
const ANYTHING = z.looseObject({});

/** A client on the first generation of the official SDK. */
export async function connectV1(target: Target): Promise<MatrixClient> {
  const client = new Client(INFO, { capabilities: CAPABILITIES });
  const notices = new Notices();
  const asked: Message[] = [];
  const answer = ({ method, params }: Message) => answerTo(asked, method, params);
  for (const schema of [CreateMessageRequestSchema, ElicitRequestSchema, ListRootsRequestSchema])
    client.setRequestHandler(schema, answer);
  client.fallbackNotificationHandler = async (notice) => notices.add(notice);
  const transport = transportTo(target);
  await client.connect(transport as Parameters<typeof client.connect>[0]);
  const request = (method: string, params: Message = {}) =>
    client.request({ method, params }, ANYTHING).catch(refusal) as Promise<Message>;
  return {
    kind: 'sdk-v1',
    era: 'legacy',
    server: { capabilities: client.getServerCapabilities() },
    notices,
    asked,
    page: (list, cursor) => request(METHODS[list], cursor === undefined ? {} : { cursor }),
    tools: () => allTools(client),
    call: (name, args = {}, { onProgress, signal } = {}) =>
      client
        .callTool({ name, arguments: args }, undefined, {
          ...(onProgress === undefined ? {} : { onprogress: onProgress }),
          ...(signal === undefined ? {} : { signal }),
        })
        .catch(refusal),
    callAsTask: (name, args) => request('tools/call', { name, arguments: args, task: { ttl: 60_000 } }),
    request,
    setLevel: async (level) => void (await client.setLoggingLevel(level as 'info').catch(refusal)),
    subscribe: async (uri) => {
      await client.subscribeResource({ uri }).catch(refusal);
      return async () => void (await client.unsubscribeResource({ uri }).catch(refusal));
    },
    watchTools: async () => async () => {},
    close: () => client.close(),
  };
}

async function allTools(client: Client): Promise<Message[]> {
  const tools: Message[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.listTools(cursor === undefined ? {} : { cursor });
    tools.push(...page.tools);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return tools;
}

function transportTo(target: Target) {
  if ('url' in target) return new StreamableHTTPClientTransport(new URL(target.url));
  if ('sse' in target) return new SSEClientTransport(new URL(target.sse));
  const { command, args, env } = target;
  return new StdioClientTransport({
    command,
    args: [...args],
    stderr: 'inherit',
    ...(env === undefined ? {} : { env }),
  });
}

function refusal(error: Message): never {
  if (typeof error.code !== 'number') throw error;
  throw new Refusal(error.code, error.message.replace(/^MCP error -?\d+: /, ''), error.data);
}
