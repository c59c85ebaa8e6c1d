import { Client as ClientV2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as TransportV2 } from '@modelcontextprotocol/client/stdio';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as TransportV1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
} from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import type { Message } from './peer.ts';

/** How an official client answers what servers ask it. */
export interface Answers {
  readonly sampling: (params: Message) => Message;
  readonly elicitation: (params: Message) => Message;
  readonly roots: () => Message;
}

/** What both generations of the official SDK can do, under one roof. */
export interface SdkClient {
  readonly generation: 'v1' | 'v2';
  /** Notifications received, in order. */
  readonly notices: Message[];
  facts(): Message;
  request(method: string, params?: Message, onProgress?: (progress: Message) => void): Promise<Message>;
  notify(method: string, params?: Message): Promise<void>;
  close(): Promise<void>;
}

const CAPABILITIES = { sampling: {}, elicitation: { form: {}, url: {} }, roots: { listChanged: true } };
const INFO = { name: 'sdk-test-client', version: '1.0.0' };
const ANYTHING = z.looseObject({});

export interface SdkOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Record<string, string>;
  readonly answers: Answers;
}

export const GENERATIONS = { v1: connectV1, v2: connectV2 } as const;

async function connectV1({ command, args, env, answers }: SdkOptions): Promise<SdkClient> {
  const client = new ClientV1(INFO, { capabilities: CAPABILITIES });
  const notices: Message[] = [];
  client.setRequestHandler(CreateMessageRequestSchema, ({ params }) => answers.sampling(params));
  client.setRequestHandler(ElicitRequestSchema, ({ params }) => answers.elicitation(params));
  client.setRequestHandler(ListRootsRequestSchema, () => answers.roots());
  client.fallbackNotificationHandler = async (notice) => void notices.push(notice);
  await client.connect(
    new TransportV1({ command, args: [...args], stderr: 'ignore', ...(env === undefined ? {} : { env }) }),
  );
  return clientOf('v1', client, notices);
}

async function connectV2({ command, args, env, answers }: SdkOptions): Promise<SdkClient> {
  const client = new ClientV2(INFO, { capabilities: CAPABILITIES });
  const notices: Message[] = [];
  client.setRequestHandler('sampling/createMessage', ({ params }: Message) => answers.sampling(params));
  client.setRequestHandler('elicitation/create', ({ params }: Message) => answers.elicitation(params));
  client.setRequestHandler('roots/list', () => answers.roots());
  client.fallbackNotificationHandler = async (notice) => void notices.push(notice);
  await client.connect(
    new TransportV2({ command, args: [...args], stderr: 'ignore', ...(env === undefined ? {} : { env }) }),
  );
  return clientOf('v2', client, notices);
}

/** Both generations are called alike from here on, though their types have nothing in common. */
function clientOf(generation: SdkClient['generation'], client: ClientV1 | ClientV2, notices: Message[]): SdkClient {
  const request = client.request.bind(client) as (...args: Message[]) => Promise<Message>;
  return {
    generation,
    notices,
    facts: () => ({
      capabilities: client.getServerCapabilities(),
      info: client.getServerVersion(),
      instructions: client.getInstructions(),
    }),
    request: (method, params, onProgress) =>
      request({ method, params }, ANYTHING, onProgress === undefined ? {} : { onprogress: onProgress }),
    notify: (method, params) => client.notification({ method, params } as Message),
    close: () => client.close(),
  };
}
