import type { TestContext } from 'node:test';
import { type GatewayOptions, type GatewayPeer, wrapFixture } from './gateway.ts';
import type { Message } from './peer.ts';

const KEY = 'io.modelcontextprotocol';

/** What a modern client says of itself in every request. */
export function modernMeta(capabilities: Message = { elicitation: {} }): Message {
  return { [`${KEY}/protocolVersion`]: '2026-07-28', [`${KEY}/clientCapabilities`]: capabilities };
}

/** A gateway of the modern era around a fixture server of the modern era. */
export function wrapModern(t: TestContext, serverFlags: readonly string[] = [], options: GatewayOptions = {}) {
  const flags = ['--era', 'modern', ...(options.flags ?? [])];
  return wrapFixture(t, ['--era', 'modern', ...serverFlags], { ...options, flags });
}

/** Sends a modern request and resolves with its whole answer. */
export function askModern(
  gateway: GatewayPeer,
  method: string,
  params: Message = {},
  capabilities?: Message,
  id?: string | number,
): Promise<Message> {
  return gateway.ask(method, { ...params, _meta: { ...modernMeta(capabilities), ...params._meta } }, id);
}

/** The tag on everything a stream carries. */
export function subscriptionOf(message: Message): Message {
  return message.params?._meta?.[`${KEY}/subscriptionId`];
}
