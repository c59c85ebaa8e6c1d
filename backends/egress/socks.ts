import type { Socket } from 'node:net';
import type { EgressClient } from './client.ts';
import type { Connector } from './connector.ts';
import { type Destination, readPair } from './destination.ts';
import { farewell } from './farewell.ts';
import { onward } from './onward.ts';
import type { Opening } from './opening.ts';
import { Refusal, type RefusalKind } from './refusal.ts';

/** The first byte of SOCKS version 5 (RFC 1928). */
export const SOCKS5 = 5;

const NO_AUTHENTICATION = 0;
/** No way to authenticate that the client offers is accepted. */
const NOBODY_ELSE = Buffer.from([SOCKS5, 0xff]);
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
 * Serves a SOCKS5 client of which the first byte has been read: no authentication, CONNECT and nothing else. Rejects when
 * the client ends or breaks before it has said what it wants.
 */
export async function serveSocks(client: EgressClient, opening: Opening, connector: Connector): Promise<void> {
  const { socket, gone } = client;
  const isGreeted = await greet(socket, opening);
  const to = isGreeted ? await readRequest(opening) : undefined;
  opening.leave();
  client.asked();
  if (to === undefined) return farewell(socket, NOBODY_ELSE);
  if (typeof to === 'number') return farewell(socket, reply(to));
  if (typeof to === 'string') {
    connector.unreadable('socks', to);
    return farewell(socket, reply(REPLY.denied));
  }
  const connected = await connector.connect(to, 'socks', gone);
  if (connected instanceof Refusal) return farewell(socket, reply(REPLY_TO[connected.kind]));
  socket.write(reply(REPLY.done));
  onward(client, connected, 'socks', connector);
}

/** False when the client does not do without authentication. */
async function greet(socket: Socket, opening: Opening): Promise<boolean> {
  const [count] = await opening.take(1);
  const methods = await opening.take(count!);
  if (!methods.includes(NO_AUTHENTICATION)) return false;
  socket.write(Buffer.from([SOCKS5, NO_AUTHENTICATION]));
  return true;
}

/** Where it is to lead; the reply when that cannot be done, a text when it cannot be judged. */
async function readRequest(opening: Opening): Promise<Destination | string | number> {
  const [version, command, , kind] = await opening.take(4);
  if (version !== SOCKS5) return REPLY.failed;
  if (kind !== IPV4 && kind !== NAME && kind !== IPV6) return REPLY.unknownAddress;
  const host = await readHostOf(kind, opening);
  const port = (await opening.take(2)).readUInt16BE();
  return command === CONNECT ? readPair(host, port) : REPLY.unknownCommand;
}

async function readHostOf(kind: number, opening: Opening): Promise<string> {
  if (kind === NAME) {
    const [length] = await opening.take(1);
    return (await opening.take(length!)).toString('latin1');
  }
  if (kind === IPV4) return [...(await opening.take(4))].join('.');
  const groups = (await opening.take(16)).toString('hex').match(/.{4}/g)!;
  return groups.join(':');
}

/** Which address we connect from is nobody's business but ours. */
function reply(code: number): Buffer {
  return Buffer.from([SOCKS5, code, 0, IPV4!, 0, 0, 0, 0, 0, 0]);
}
