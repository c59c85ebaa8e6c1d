import { type IncomingHttpHeaders, type IncomingMessage, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { connect } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { modernMeta } from '../mcp/eras.ts';
import type { Message } from '../mcp/lines.ts';

const PATIENCE_MS = 45_000;
export const BOTH_TYPES = 'application/json, text/event-stream';

/** A header may stand on several lines; undefined leaves out one that is usual. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

export interface HttpOptions {
  readonly method?: string;
  readonly headers?: Headers;
  readonly body?: string | Buffer | undefined;
  /** Accepted instead of the authorities everybody knows. */
  readonly ca?: string | undefined;
  /** A certificate of the client, and more of what TLS is told. */
  readonly tls?: ConnectionOptions | undefined;
}

/** One event of a stream. */
export interface SseEvent {
  readonly id?: string;
  readonly event?: string;
  readonly data: string;
}

/** A response that is still coming: what has come of it can be looked at, and what comes be waited for. */
export class HttpResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  text = '';
  ended = false;
  readonly #response: IncomingMessage;
  #waiting = new Set<() => void>();

  constructor(response: IncomingMessage) {
    this.#response = response;
    this.status = response.statusCode!;
    this.headers = response.headers;
    const change = (ended: boolean) => {
      this.ended ||= ended;
      for (const resolve of [...this.#waiting]) resolve();
    };
    response.setEncoding('utf8').on('data', (text: string) => {
      this.text += text;
      change(false);
    });
    response.on('end', () => change(true));
    response.on('close', () => change(true));
    response.on('error', () => change(true));
  }

  /** The body as JSON. */
  get json(): Message {
    return JSON.parse(this.text);
  }

  /** Events that have come whole; comments are none. */
  get events(): SseEvent[] {
    const blocks = this.text.split('\n\n').slice(0, -1);
    return blocks.flatMap((block) => {
      const fields = block
        .split('\n')
        .filter((line) => !line.startsWith(':'))
        .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trimStart()]);
      return fields.length === 0 ? [] : [{ data: '', ...Object.fromEntries(fields) }];
    });
  }

  /** The messages in the events. */
  get messages(): Message[] {
    return this.events.filter(({ data }) => data.startsWith('{')).map(({ data }) => JSON.parse(data));
  }

  /** Resolves with the first message `wanted` accepts. */
  async message(wanted: (message: Message) => boolean): Promise<Message> {
    await this.when(() => this.messages.some(wanted));
    return this.messages.find(wanted);
  }

  async end(): Promise<this> {
    await this.when(() => this.ended);
    return this;
  }

  /** Resolves when `condition` holds, which is looked at whenever something comes. */
  async when(condition: () => boolean): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!condition()) {
      if (this.ended && !condition()) throw new Error(`the response ended first: ${this.status} ${this.text}`);
      if (Date.now() > deadline) throw new Error(`waited in vain: ${this.status} ${this.text}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, deadline - Date.now());
        const go = () => {
          clearTimeout(timer);
          this.#waiting.delete(go);
          resolve();
        };
        this.#waiting.add(go);
      });
    }
  }

  /** Stops reading, as a client does that does not keep up. */
  pause(): void {
    this.#response.pause();
  }

  resume(): void {
    this.#response.resume();
  }

  /** Breaks the connection off. */
  close(): void {
    this.#response.destroy();
  }
}

/** A request whose response has not begun. */
export interface Pending {
  readonly response: Promise<HttpResponse>;
  /** Breaks the connection off. */
  abort(): void;
}

/** Sends a request on a connection of its own. */
export function begin(url: string, { method = 'POST', headers = {}, body, ca, tls }: HttpOptions = {}): Pending {
  const sent: [string, string][] = [];
  for (const [name, value] of Object.entries(headers)) {
    for (const line of [value ?? []].flat()) sent.push([name, line]);
  }
  const request = url.startsWith('https:') ? tlsRequest : plainRequest;
  const asked = request(url, { method, agent: false, ...(ca === undefined ? {} : { ca }), ...tls });
  for (const [name] of sent) asked.removeHeader(name);
  for (const [name, value] of sent) asked.appendHeader(name, value);
  const response = new Promise<HttpResponse>((resolve, reject) => {
    asked.on('response', (coming) => resolve(new HttpResponse(coming)));
    asked.on('error', reject);
  });
  asked.end(body);
  return { response, abort: () => asked.destroy() };
}

/** Sends a request and resolves once the head of the response is there. */
export function open(url: string, options: HttpOptions = {}): Promise<HttpResponse> {
  return begin(url, options).response;
}

/** Sends a request and resolves with the whole response. */
export async function send(url: string, options: HttpOptions = {}): Promise<HttpResponse> {
  return (await open(url, options)).end();
}

/** What every POST of a message has. */
export function posted(message: Message, headers: Headers = {}): HttpOptions {
  const body = typeof message === 'string' ? message : JSON.stringify(message);
  return { body, headers: { 'Content-Type': 'application/json', Accept: BOTH_TYPES, ...headers } };
}

/** A modern request as it should be; `params` and `headers` add to it and replace. */
export function modernPost(
  method: string,
  params: Message = {},
  headers: Headers = {},
  id: string | number = 1,
): HttpOptions {
  const name = params.name ?? params.uri ?? params.taskId;
  const message = { jsonrpc: '2.0', id, method, params: { _meta: modernMeta(), ...params } };
  const own = { 'MCP-Protocol-Version': '2026-07-28', 'Mcp-Method': method };
  return posted(message, { ...own, ...(typeof name === 'string' ? { 'Mcp-Name': name } : {}), ...headers });
}

/** Sends bytes as they are and resolves with all that comes back until the connection is closed. */
export function rawHttp(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), hostname, () => socket.write(text));
    socket.setEncoding('utf8').on('data', (more: string) => {
      answer += more;
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', (error) => (answer === '' ? reject(error) : resolve(answer)));
  });
}
