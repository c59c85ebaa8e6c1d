import { isIP, type Socket } from 'node:net';
import { connect, type SecureContext, TLSSocket } from 'node:tls';
import type { Connection } from '../egress/connection.ts';
import type { Destination } from '../egress/destination.ts';
import { Refusal } from '../egress/refusal.ts';

/** What is read here is HTTP/1.1 and nothing else, so nothing else is agreed on. */
const PROTOCOLS = ['http/1.1'];

/**
 * Ends the TLS a client begins, as `to`; a client that asks for another name in it is not served. Resolves with what is
 * said inside. Rejects when the two do not agree.
 */
export function acceptTls(client: Socket, to: Destination, context: SecureContext): Promise<TLSSocket> {
  const inner = new TLSSocket(client, {
    isServer: true,
    secureContext: context,
    ALPNProtocols: PROTOCOLS,
    SNICallback: (name, found) => {
      if (name.toLowerCase().replace(/\.$/, '') === to.host) found(null, context);
      else found(new Error('another name was asked for'));
    },
  });
  return agreed(inner, 'secure');
}

/**
 * Speaks TLS on a connection, to nobody but the host it was made for. A refusal when that host does not prove who it is
 * in time; the connection is ended then.
 */
export async function speakTls(
  connection: Connection,
  context: SecureContext,
  withinMs: number,
): Promise<Connection | Refusal> {
  const { socket, to } = connection;
  const inner = connect({
    socket,
    secureContext: context,
    host: to.host,
    ...(isIP(to.host) === 0 ? { servername: to.host } : {}),
    ALPNProtocols: PROTOCOLS,
    rejectUnauthorized: true,
  });
  const timer = setTimeout(() => inner.destroy(), withinMs);
  try {
    connection.speakThrough(await agreed(inner, 'secureConnect'));
    return connection;
  } catch (error) {
    connection.end('failed');
    const { code } = error as NodeJS.ErrnoException;
    return new Refusal('unreachable', `the host did not prove who it is${code === undefined ? '' : ` (${code})`}`);
  } finally {
    clearTimeout(timer);
  }
}

function agreed(socket: TLSSocket, event: 'secure' | 'secureConnect'): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const broke = (error?: Error) => reject(error instanceof Error ? error : new Error('ended'));
    // Later errors end it, and its end is what is waited for then.
    socket.on('error', broke);
    socket.once('close', broke);
    socket.once(event, () => resolve(socket));
  });
}
