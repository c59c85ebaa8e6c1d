import type { Socket } from 'node:net';
import type { EgressClient } from './client.ts';
import type { Connector } from './connector.ts';
import { type Destination, readPair } from './destination.ts';
import { farewell } from './farewell.ts';
import { Refusal, type RefusalKind } from './refusal.ts';
import { take } from './take.ts';
import { tunnel } from './tunnel.ts';

/** The first byte of SOCKS version 5 (RFC 1928). */
export const SOCKS5 = 5;

const NO_AUTHENTICATION = 0;
const NO_ACCEPTABLE_METHOD = 0xff;
const CONNECT = 1;
const [IPV4, NAME, IPV6] = [1, 3, 4];

/** Replies of RFC 1928, section 6. */
const REPLY = {
  done: 0,
  failed: 1,
  denied: 2,
  unreachable: 4,
  refused: 5,
  unknownCommand: 7,
  unknownAddress: 8,
} as const;

const REPLY_TO: Readonly<Record<RefusalKind, number>> = {
  denied: REPLY.denied,
  unrecorded: REPLY.failed,
  'unknown-host': REPLY.unreachable,
  unreachable: REPLY.unreachable,
  'refused-there': REPLY.refused,
};

/**
 * Serves a SOCKS5 client whose first byte has not been read: no authentication, CONNECT and nothing else. Rejects when
 * the client ends or breaks before it has said what it wants.
 */
export async function serveSocks(asking: EgressClient, connector: Connector): Promise<void> {
  const { socket: client, gone } = asking;
  if (!(await greet(client))) return;
  const to = await readRequest(client);
  asking.asked();
  if (typeof to === 'number') return refuse(client, to);
  if (typeof to === 'string') {
    connector.unreadable('socks', to);
    return refuse(client, REPLY.denied);
  }
  const connected = await connector.connect(to, 'socks', gone);
  if (connected instanceof Refusal) return refuse(client, REPLY_TO[connected.kind]);
  client.write(reply(REPLY.done));
  tunnel(client, connected);
}

async function greet(client: Socket): Promise<boolean> {
  const [, count] = await take(client, 2);
  const methods = await take(client, count!);
  const isFine = methods.includes(NO_AUTHENTICATION);
  const answer = Buffer.from([SOCKS5, isFine ? NO_AUTHENTICATION : NO_ACCEPTABLE_METHOD]);
  if (isFine) client.write(answer);
  else farewell(client, answer);
  return isFine;
}

/** Where it is to lead; the reply when that cannot be done, a text when it cannot be judged. */
async function readRequest(client: Socket): Promise<Destination | string | number> {
  const [version, command, , kind] = await take(client, 4);
  if (version !== SOCKS5) return REPLY.failed;
  if (kind !== IPV4 && kind !== NAME && kind !== IPV6) return REPLY.unknownAddress;
  const host = await readHostOf(kind, client);
  const port = (await take(client, 2)).readUInt16BE();
  return command === CONNECT ? readPair(host, port) : REPLY.unknownCommand;
}

async function readHostOf(kind: number, client: Socket): Promise<string> {
  if (kind === NAME) {
    const [length] = await take(client, 1);
    return length === 0 ? '' : (await take(client, length!)).toString('latin1');
  }
  if (kind === IPV4) return [...(await take(client, 4))].join('.');
  const groups = (await take(client, 16)).toString('hex').match(/.{4}/g)!;
  return groups.join(':');
}

function refuse(client: Socket, code: number): void {
  farewell(client, reply(code));
}

/** Which address we connect from is nobody's business but ours. */
function reply(code: number): Buffer {
  return Buffer.from([SOCKS5, code, 0, IPV4!, 0, 0, 0, 0, 0, 0]);
}
