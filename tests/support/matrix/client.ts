import type { ListName } from '../../fixtures/matrix/surface.ts';
import type { Message } from '../mcp/lines.ts';
import type { Notices } from './notices.ts';

export const CLIENTS = ['sdk-v1', 'sdk-v2-legacy', 'sdk-v2-modern', 'raw-2024'] as const;
export type ClientKind = (typeof CLIENTS)[number];

export interface CallOptions {
  readonly onProgress?: (progress: Message) => void;
  /** Calls the call off. */
  readonly signal?: AbortSignal;
}

/** Ends a subscription. */
export type Stop = () => Promise<void>;

/** A client of any kind as the scenarios of the matrix drive it. A refused request throws a `Refusal`. */
export interface MatrixClient {
  readonly kind: ClientKind;
  readonly era: 'legacy' | 'modern';
  /** What the server said of itself: `capabilities` and `protocolVersion`. */
  readonly server: Message;
  /** Notifications received. */
  readonly notices: Notices;
  /** What it was asked: `{method, params}`, in order. */
  readonly asked: Message[];
  /** One page of a list. */
  page(list: ListName, cursor?: string): Promise<Message>;
  /** All tools, listed as the client does it by itself. */
  tools(): Promise<Message[]>;
  call(name: string, args?: Message, options?: CallOptions): Promise<Message>;
  /** Calls a tool so that it may run as a task; resolves with the task, or with the result if it did not. */
  callAsTask(name: string, args: Message): Promise<Message>;
  /** Any other request. */
  request(method: string, params?: Message): Promise<Message>;
  /** From now on, hears messages of this level and above. */
  setLevel(level: string): Promise<void>;
  /** Hears of updates of a resource. */
  subscribe(uri: string): Promise<Stop>;
  /** Hears of changes to the list of tools. */
  watchTools(): Promise<Stop>;
  close(): Promise<void>;
}

/** The error a server answered with. */
export class Refusal extends Error {
  readonly code: number;
  readonly data: Message;

  constructor(code: number, message: string, data?: Message) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

export const METHODS: Readonly<Record<ListName, string>> = {
  tools: 'tools/list',
  prompts: 'prompts/list',
  resources: 'resources/list',
  resourceTemplates: 'resources/templates/list',
};
