import type { Message } from '../mcp/lines.ts';
import { type Headers, type HttpResponse, open, posted, send } from './http.ts';

/** A legacy client of Streamable HTTP without any SDK. */
export class LegacyHttp {
  readonly url: string;
  readonly headers: Headers;
  session = '';
  revision = '';
  #nextId = 1000;

  /** `headers` go with every request. */
  constructor(url: string, headers: Headers = {}) {
    this.url = url;
    this.headers = headers;
  }

  /** The handshake; resolves with the result of `initialize`. */
  async initialize(params: Message = {}): Promise<Message> {
    const facts = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } };
    const message = { jsonrpc: '2.0', id: 1, method: 'initialize', params: { ...facts, ...params } };
    const answer = await send(this.url, posted(message, this.headers));
    if (answer.status !== 200) throw new Error(`initialize: ${answer.status} ${answer.text}`);
    const { result } = answer.text.startsWith('{') ? answer.json : answer.messages[0];
    this.session = String(answer.headers['mcp-session-id']);
    this.revision = result.protocolVersion;
    await this.post({ jsonrpc: '2.0', method: 'notifications/initialized' });
    return result;
  }

  /** Headers of a request of this session. */
  own(more: Headers = {}): Headers {
    return { 'Mcp-Session-Id': this.session, 'MCP-Protocol-Version': this.revision, ...this.headers, ...more };
  }

  /** Posts a message or a text, and resolves once the head of the response is there. */
  start(message: Message, headers: Headers = {}): Promise<HttpResponse> {
    return open(this.url, posted(message, this.own(headers)));
  }

  async post(message: Message, headers: Headers = {}): Promise<HttpResponse> {
    return (await this.start(message, headers)).end();
  }

  /** The message of a tool call. */
  callOf(name: string, args: Message = {}, id: string | number = this.#nextId++, meta?: Message): Message {
    const _meta = meta === undefined ? {} : { _meta: meta };
    return { jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: args, ..._meta } };
  }

  /** Calls a tool and resolves with the whole answer, however it came. */
  async call(name: string, args: Message = {}): Promise<Message> {
    const response = await this.post(this.callOf(name, args));
    return response.text.startsWith('{') ? response.json : response.messages.at(-1);
  }

  /** Opens the stream of what belongs to no request, or takes up another one behind `lastEventId`. */
  listen(lastEventId?: string): Promise<HttpResponse> {
    const last = lastEventId === undefined ? {} : { 'Last-Event-ID': lastEventId };
    return open(this.url, { method: 'GET', headers: this.own({ Accept: 'text/event-stream', ...last }) });
  }

  delete(): Promise<HttpResponse> {
    return send(this.url, { method: 'DELETE', headers: this.own() });
  }
}
