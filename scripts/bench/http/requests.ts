import type { Answer, Connection } from './connection.ts';

export type Era = 'legacy' | 'modern';

const META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientInfo': { name: 'bench', version: '1' },
  'io.modelcontextprotocol/clientCapabilities': {},
};
const ARGUMENTS = { message: 'a message of ordinary length for a tool', n: 4 };

/** Writes the requests of one client, as bytes that need nothing but an id. */
export class Client {
  readonly #url: URL;
  readonly #era: Era;
  #session = '';
  #nextId = 1;
  #callHead = '';
  #callTail = '';

  constructor(url: URL, era: Era) {
    this.#url = url;
    this.#era = era;
  }

  /** Opens a session where the era has them, and lists the tools. Throws if that is refused. */
  async open(connection: Connection): Promise<void> {
    if (this.#era === 'legacy') {
      const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } };
      const { head } = good(await connection.ask(this.#request('initialize', params)));
      this.#session = /\r\nmcp-session-id: *(\S+)/i.exec(head)?.[1] ?? '';
      const told = await connection.ask(this.#post('notifications/initialized', '{}', undefined));
      if (told.status !== 202) throw new Error(`a notification was answered with ${told.status}`);
    }
    good(await connection.ask(this.#request('tools/list', {})));
    const [head, tail] = this.#shape(
      'tools/call',
      JSON.stringify(this.#params({ name: 'echo', arguments: ARGUMENTS })),
    );
    this.#callHead = head;
    this.#callTail = tail;
  }

  /** One call of the tool. Ids have ten digits, so that every call is as long as every other. */
  call(): string {
    return this.#callHead + (1_000_000_000 + this.#nextId++) + this.#callTail;
  }

  #request(method: string, params: object): string {
    const [head, tail] = this.#shape(method, JSON.stringify(this.#params(params)));
    return head + (1_000_000_000 + this.#nextId++) + tail;
  }

  #params(params: object): object {
    return this.#era === 'modern' ? { ...params, _meta: META } : params;
  }

  /** A request around its id. */
  #shape(method: string, params: string): [string, string] {
    const [head, tail] = this.#post(method, params, '#').split('"id":#');
    return [`${head}"id":`, tail!];
  }

  #post(method: string, params: string, id: string | undefined): string {
    const body = `{"jsonrpc":"2.0",${id === undefined ? '' : `"id":${id},`}"method":"${method}","params":${params}}`;
    const length = body.length + (id === undefined ? 0 : 9);
    const own =
      this.#era === 'modern'
        ? `MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: ${method}\r\n${method === 'tools/call' ? 'Mcp-Name: echo\r\n' : ''}`
        : this.#session === ''
          ? ''
          : `MCP-Protocol-Version: 2025-11-25\r\nMcp-Session-Id: ${this.#session}\r\n`;
    return (
      `POST ${this.#url.pathname} HTTP/1.1\r\nHost: ${this.#url.host}\r\nContent-Type: application/json\r\n` +
      `Accept: application/json, text/event-stream\r\n${own}Content-Length: ${length}\r\n\r\n${body}`
    );
  }
}

/** Whether this is the answer to a call that went well. */
export function wentWell({ status, body }: Answer): boolean {
  return status === 200 && body.includes('"result"') && !body.includes('"isError":true');
}

function good(answer: Answer): Answer {
  if (!wentWell(answer)) throw new Error(`refused: ${answer.status} ${answer.body.slice(0, 300)}`);
  return answer;
}
