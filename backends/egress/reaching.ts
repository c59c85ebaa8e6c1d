import { connect, type Socket } from 'node:net';

/** How long an address has before the next one is tried beside it (RFC 8305, section 5). */
const NEXT_AFTER_MS = 250;
const MOST_ADDRESSES = 8;

export interface ReachedSocket {
  readonly socket: Socket;
  readonly address: string;
}

/**
 * Connects to the first of the addresses that answers, in their order, each tried beside those that have not answered.
 * They are literals, so nothing is looked up. Rejects with the error of the last one to fail, with the reason of
 * `signal`, or with an `Error` when there is no address.
 */
export function reachFirst(addresses: readonly string[], port: number, signal: AbortSignal): Promise<ReachedSocket> {
  return new Promise((resolve, reject) => {
    const waiting = addresses.slice(0, MOST_ADDRESSES);
    const trying = new Set<Socket>();
    let timer: NodeJS.Timeout | undefined;
    const settle = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      for (const socket of trying) socket.destroy();
    };
    const abort = () => {
      settle();
      reject(signal.reason);
    };
    const next = () => {
      clearTimeout(timer);
      const address = waiting.shift();
      if (address === undefined) return;
      const socket = connect({ host: address, port, allowHalfOpen: true, noDelay: true });
      trying.add(socket);
      // An attempt that is given up may still fail, which is no news to anybody.
      socket.on('error', () => {});
      const failed = (error: Error) => {
        trying.delete(socket);
        if (waiting.length > 0) next();
        else if (trying.size === 0) {
          settle();
          reject(error);
        }
      };
      socket.once('error', failed);
      socket.once('connect', () => {
        socket.off('error', failed);
        trying.delete(socket);
        settle();
        resolve({ socket, address });
      });
      if (waiting.length > 0) timer = setTimeout(next, NEXT_AFTER_MS);
    };
    if (signal.aborted) return reject(signal.reason);
    if (waiting.length === 0) return reject(new Error('no address'));
    signal.addEventListener('abort', abort, { once: true });
    next();
  });
}
