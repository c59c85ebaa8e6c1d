import { LinePeer, type Message } from './lines.ts';

/** A server seen from its client's side. */
export abstract class ClientPeer extends LinePeer {
  /** `_meta` that goes with every request: the facts of a modern client (2026-07-28). */
  meta: Message;

  override ask(method: string, params?: Message, id?: string | number): Promise<Message> {
    if (this.meta === undefined) return super.ask(method, params, id);
    return super.ask(method, { ...params, _meta: { ...this.meta, ...params?._meta } }, id);
  }

  /** The legacy handshake; resolves with the result of `initialize`. */
  async initialize(params: Message = {}): Promise<Message> {
    const answer = await this.ask('initialize', {
      protocolVersion: '2025-11-25',
      capabilities: {},
      clientInfo: { name: 'raw-test-client', version: '1.0.0' },
      ...params,
    });
    if (answer.result === undefined) throw new Error(`initialize failed: ${JSON.stringify(answer)}`);
    this.notify('notifications/initialized');
    return answer.result;
  }

  /** Calls a tool and resolves with the whole answer. */
  call(name: string, args: Message = {}, id?: string | number): Promise<Message> {
    return this.ask('tools/call', { name, arguments: args }, id);
  }

  /** The line of a tool call around the raw JSON texts of its id and its arguments. */
  callLine(id: string, name: string, args = '{}'): string {
    const meta = this.meta === undefined ? '' : `,"_meta":${JSON.stringify(this.meta)}`;
    const params = `{"name":${JSON.stringify(name)},"arguments":${args}${meta}}`;
    return `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":${params}}`;
  }
}

/** The text of the first block of a tool result. */
export function textOf(answer: Message): string {
  return answer.result.content[0].text;
}
