import { Client as ClientV2, StreamableHTTPClientTransport as HttpV2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as StdioV2 } from '@modelcontextprotocol/client/stdio';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import type { Target } from '../matrix/target.ts';
import type { Message } from '../mcp/lines.ts';

/** What whoever sits at a client answers to a form; a promise waits. */
export type Answering = (params: Message) => Message | Promise<Message>;

export interface AgreeingClient {
  /** Parameters of every form it was shown. */
  readonly asked: Message[];
  /** Progress it heard of, over all calls. */
  readonly progress: Message[];
  /** Resolves with the next progress. */
  progressed(): Promise<void>;
  call(name: string, args: Message, signal?: AbortSignal): Promise<Message>;
  request(method: string, params?: Message): Promise<Message>;
  close(): Promise<void>;
}

const INFO = { name: 'agreeing-client', version: '1.0.0' };
const ANYTHING = z.looseObject({});

/** An official client; without `answering` it declares no elicitation. */
export type ConnectClient = (target: Target, answering?: Answering, elicitation?: Message) => Promise<AgreeingClient>;

/** The first generation of the SDK, which speaks the era of `initialize`. */
export const connectV1: ConnectClient = async (target, answering, elicitation = {}) => {
  const asked: Message[] = [];
  const client = new ClientV1(INFO, { capabilities: answering === undefined ? {} : { elicitation } });
  if (answering !== undefined) client.setRequestHandler(ElicitRequestSchema, heard(asked, answering) as never);
  const transport = 'url' in target ? new HttpV1(new URL(target.url)) : new StdioV1(stdio(target));
  await client.connect(transport as Parameters<typeof client.connect>[0]);
  return facade(client, asked);
};

/** The second generation, which speaks 2026-07-28. */
export const connectV2: ConnectClient = async (target, answering, elicitation = {}) => {
  const asked: Message[] = [];
  const client = new ClientV2(INFO, {
    capabilities: answering === undefined ? {} : { elicitation },
    versionNegotiation: { mode: 'auto' },
  });
  if (answering !== undefined) client.setRequestHandler('elicitation/create', heard(asked, answering) as never);
  const transport = 'url' in target ? new HttpV2(new URL(target.url)) : new StdioV2(stdio(target));
  await client.connect(transport);
  const version = client.getNegotiatedProtocolVersion();
  if (version !== '2026-07-28') throw new Error(`${version} was negotiated`);
  return facade(client, asked);
};

function heard(asked: Message[], answering: Answering) {
  return ({ params }: Message) => {
    asked.push(params);
    return answering(params);
  };
}

function stdio(target: Target) {
  if (!('command' in target)) throw new Error('only Streamable HTTP or a command');
  const { command, args, env } = target;
  return { command, args: [...args], stderr: 'ignore' as const, ...(env === undefined ? {} : { env: { ...env } }) };
}

function facade(client: ClientV1 | ClientV2, asked: Message[]): AgreeingClient {
  const progress: Message[] = [];
  const request = client.request.bind(client) as (...args: Message[]) => Promise<Message>;
  const heardOf: (() => void)[] = [];
  const onprogress = (value: Message) => {
    progress.push(value);
    for (const wake of heardOf.splice(0)) wake();
  };
  return {
    asked,
    progress,
    progressed: () => new Promise((resolve) => heardOf.push(resolve)),
    call: (name, args, signal) => {
      const options = { onprogress, timeout: 120_000, ...(signal === undefined ? {} : { signal }) };
      // The second generation asks and comes back by itself only for calls made this way.
      return client instanceof ClientV2
        ? client.callTool({ name, arguments: args }, options)
        : (client.callTool({ name, arguments: args }, undefined, options) as Promise<Message>);
    },
    request: (method, params = {}) => request({ method, params }, ANYTHING),
    close: () => client.close(),
  };
}

/** Chooses `decision` in the form. */
export const choose =
  (decision: string): Answering =>
  () => ({ action: 'accept', content: { decision } });
