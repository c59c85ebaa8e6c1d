import type { ClientPeer } from '../mcp/client.ts';
import type { Message } from '../mcp/lines.ts';
import type { Asked, ScriptedServer } from '../mcp/scripted-server.ts';

export const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged';
export const UPDATED = 'notifications/resources/updated';
const TAG = 'io.modelcontextprotocol/subscriptionId';

/** The id of the stream a message came on; undefined when it came on none. */
export function streamOf(message: Message): string | number | undefined {
  return message.params?._meta?.[TAG];
}

/** Opens a stream of a modern client and resolves with what was acknowledged. */
export async function listen(client: ClientPeer, id: string | number, notifications: Message): Promise<Message> {
  client.send({ jsonrpc: '2.0', id, method: 'subscriptions/listen', params: { notifications, _meta: client.meta } });
  const ack = await client.until((message) => message.method === ACKNOWLEDGED && streamOf(message) === id);
  return ack.params.notifications;
}

/** Methods of everything a client has heard on one stream. */
export function heardOn(client: ClientPeer, id: string | number): string[] {
  return client.messages.filter((message) => streamOf(message) === id).map(({ method }) => method);
}

/** Params of every notification of `method` a client has got. */
export function told(client: ClientPeer, method: string): Message[] {
  return client.messages.filter((message) => message.method === method).map(({ params }) => params);
}

/** A modern server acknowledges a stream of the gateway, all of it or what `agreed` says. */
export function acknowledge(server: ScriptedServer, { id, params }: Asked, agreed = params.notifications): void {
  server.notify(ACKNOWLEDGED, { _meta: { [TAG]: id }, notifications: agreed });
}

/** A modern server tells something on a stream of the gateway. */
export function tellOn(server: ScriptedServer, { id }: Asked, method: string, params: Message = {}): void {
  server.notify(method, { ...params, _meta: { [TAG]: id } });
}

/** Ids the gateway has called off at a server. */
export function calledOff(server: ScriptedServer): Message[] {
  return server.messages
    .filter(({ method }) => method === 'notifications/cancelled')
    .map(({ params }) => params.requestId);
}
