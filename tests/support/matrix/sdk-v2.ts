import { Client, SSEClientTransport, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { z } from 'zod';
import type { Message } from '../mcp/lines.ts';
import { answerTo, INFO } from './answers.ts';
import { type CallOptions, type MatrixClient, METHODS, Refusal } from './client.ts';
import { Notices } from './notices.ts';
import type { Target } from './target.ts';

const LOG_LEVEL = 'io.modelcontextprotocol/logLevel';
const QUESTIONS = ['sampling/createMessage', 'elicitation/create', 'roots/list'] as const;
const CAPABILITIES = { sampling: {}, elicitation: { form: {}, url: {} }, roots: {} };
const EXTENSIONS = { extensions: { 'io.modelcontextprotocol/tasks': {} } };
const ANYTHING = z.looseObject({});

/** A client on the second generation of the official SDK; a modern one finds the era out by itself. */
export async function connectV2(era: 'legacy' | 'modern', target: Target): Promise<MatrixClient> {
  const capabilities = era === 'modern' ? { ...CAPABILITIES, ...EXTENSIONS } : CAPABILITIES;
  const mode = era === 'modern' ? 'auto' : 'legacy';
  const client = new Client(INFO, { capabilities, versionNegotiation: { mode } });
  const notices = new Notices();
  const asked: Message[] = [];
  for (const method of QUESTIONS)
    client.setRequestHandler(method, ({ params }: Message) => answerTo(asked, method, params));
  client.fallbackNotificationHandler = async (notice) => notices.add(notice);
  const transport = transportTo(target);
  await client.connect(transport);
  const version = client.getNegotiatedProtocolVersion();
  if ((version === '2026-07-28') !== (era === 'modern')) throw new Error(`${version} was negotiated`);
  const tasks = noteTasks(transport);
  return era === 'modern' ? modernClient(client, notices, asked, tasks) : legacyClient(client, notices, asked);
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

function legacyClient(client: Client, notices: Notices, asked: Message[]): MatrixClient {
  const { request, ...common } = commonOf(client, {});
  return {
    kind: 'sdk-v2-legacy',
    era: 'legacy',
    notices,
    asked,
    ...common,
    request,
    callAsTask: (name, args) => request('tools/call', { name, arguments: args, task: { ttl: 60_000 } }),
    setLevel: async (level) => void (await client.setLoggingLevel(level as 'info').catch(refusal)),
    subscribe: async (uri) => {
      await client.subscribeResource({ uri }).catch(refusal);
      return async () => void (await client.unsubscribeResource({ uri }).catch(refusal));
    },
    watchTools: async () => async () => {},
  };
}

function modernClient(
  client: Client,
  notices: Notices,
  asked: Message[],
  tasks: ReadonlyMap<string, Message>,
): MatrixClient {
  const meta: Message = {};
  const { request, ...common } = commonOf(client, meta);
  const listen = async (filter: Message) => {
    const subscription = await client.listen(filter).catch(refusal);
    return () => subscription.close();
  };
  return {
    kind: 'sdk-v2-modern',
    era: 'modern',
    notices,
    asked,
    ...common,
    request,
    callAsTask: async (name, args) => {
      try {
        return await common.call(name, args);
      } catch (error) {
        // The SDK has no tasks of the extension: it takes their handle for an error.
        const task = tasks.get(JSON.stringify(args));
        if (task === undefined) throw error;
        return { task };
      }
    },
    setLevel: async (level) => void (meta[LOG_LEVEL] = level),
    subscribe: (uri) => listen({ resourceSubscriptions: [uri] }),
    watchTools: () => listen({ toolsListChanged: true }),
  };
}

/** What both eras do alike; `meta` goes with every call. */
function commonOf(client: Client, meta: Message) {
  const withMeta = (params: Message) => (Object.keys(meta).length === 0 ? params : { ...params, _meta: { ...meta } });
  const request = (method: string, params: Message = {}): Promise<Message> =>
    client.request({ method, params: withMeta(params) }, ANYTHING).catch(refusal);
  return {
    server: {
      capabilities: client.getServerCapabilities(),
      protocolVersion: client.getNegotiatedProtocolVersion(),
    },
    request,
    page: (list: keyof typeof METHODS, cursor?: string) =>
      request(METHODS[list], cursor === undefined ? {} : { cursor }),
    tools: async () => (await client.listTools({}, { cacheMode: 'refresh' })).tools,
    call: (name: string, args: Message = {}, { onProgress, signal }: CallOptions = {}): Promise<Message> =>
      client
        .callTool(withMeta({ name, arguments: args }), {
          ...(onProgress === undefined ? {} : { onprogress: onProgress }),
          ...(signal === undefined ? {} : { signal }),
        })
        .catch(refusal),
    close: () => client.close(),
  };
}

/** Keeps every task that a call became, by the JSON text of its arguments. */
function noteTasks(transport: ReturnType<typeof transportTo>): ReadonlyMap<string, Message> {
  const tasks = new Map<string, Message>();
  const calls = new Map<string | number, string>();
  const send = transport.send.bind(transport) as (message: Message, ...more: Message[]) => Promise<void>;
  transport.send = (message: Message, ...more: Message[]) => {
    if (message.method === 'tools/call') calls.set(message.id, JSON.stringify(message.params.arguments));
    return send(message, ...more);
  };
  const deliver = transport.onmessage!;
  transport.onmessage = (message: Message) => {
    if (message.result?.resultType === 'task') tasks.set(calls.get(message.id)!, message.result);
    calls.delete(message.id);
    deliver(message);
  };
  return tasks;
}

function refusal(error: Message): never {
  if (typeof error.code !== 'number') throw error;
  throw new Refusal(error.code, error.message, error.data);
}
