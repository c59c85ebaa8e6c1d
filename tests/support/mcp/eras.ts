import type { TestContext } from 'node:test';
import { type GatewayOptions, type GatewayPeer, wrapFixture } from '../program/gateway.ts';
import type { Message } from './lines.ts';

/** The two kinds of protocol: sessions opened by `initialize`, and facts in every request (2026-07-28). */
export const ERAS = ['legacy', 'modern'] as const;
export type Era = (typeof ERAS)[number];

/** What a modern client says of itself in every request. */
export function modernMeta(capabilities: Message = {}): Message {
  return {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientCapabilities': capabilities,
  };
}

export interface OpenOptions extends GatewayOptions {
  readonly capabilities?: Message;
  /** Revision a legacy client asks for. */
  readonly revision?: string;
  /** The era of the server, where it is another one; the gateway has to find that out. */
  readonly serverEra?: Era;
}

/** A gateway around the fixture server, both of one era unless told otherwise, with the handshake done. */
export async function openFixture(
  t: TestContext,
  era: Era,
  serverFlags: readonly string[] = [],
  { capabilities = {}, revision = '2025-11-25', serverEra, ...options }: OpenOptions = {},
): Promise<GatewayPeer> {
  const flags = [...(options.flags ?? []), ...(serverEra === undefined ? ['--era', era] : [])];
  const gateway = wrapFixture(t, ['--era', serverEra ?? era, ...serverFlags], { ...options, flags });
  if (era === 'legacy') await gateway.initialize({ capabilities, protocolVersion: revision });
  else gateway.meta = modernMeta(capabilities);
  return gateway;
}
