import { connect as connectPlainly, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import type { Batch, Receipt, Receiver, SyslogDestination } from '../../lib/model/shipping.ts';
import { guardedLookup } from '../http/addresses.ts';
import { syslogFrame } from './syslog-message.ts';

const TIMEOUT_MS = 30_000;
const REACH_MS = 10_000;

/**
 * Sends records to a syslog server over TCP or TLS. Syslog acknowledges nothing, so each batch has a connection of its
 * own: it counts as taken when the server has closed its side after the end of ours, which it does once it has read all.
 */
export class SyslogReceiver implements Receiver {
  readonly name = 'syslog';
  readonly #to: SyslogDestination;
  #socket: Socket | undefined;

  constructor(to: SyslogDestination) {
    this.#to = to;
  }

  async send(batch: Batch): Promise<Receipt> {
    const frames = batch.records.map((record) => syslogFrame(record, batch, this.#to.facility));
    try {
      await this.#exchange(Buffer.concat(frames), TIMEOUT_MS);
      return { kind: 'taken' };
    } catch (error) {
      return { kind: 'later', why: (error as Error).message };
    }
  }

  async reach(): Promise<string> {
    await this.#exchange(Buffer.alloc(0), REACH_MS);
    return `${this.#to.url} takes connections`;
  }

  close(): void {
    this.#socket?.destroy();
  }

  /** Sends all of it and resolves when the other side has read it to its end. */
  #exchange(bytes: Buffer, timeoutMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const { socket, ready } = this.#connected();
      this.#socket = socket;
      const end = (error?: Error) => {
        clearTimeout(timer);
        socket.destroy();
        if (error === undefined) resolve();
        else reject(error);
      };
      const timer = setTimeout(() => end(new Error(`did not take it within ${timeoutMs} ms`)), timeoutMs);
      timer.unref();
      socket.on('error', (error) => end(new Error(`cannot be reached: ${error.message}`)));
      socket.once(ready, () => socket.end(bytes));
      socket.on('end', () => end(socket.writableFinished ? undefined : new Error('closed the connection early')));
      socket.on('close', () => end(new Error('closed the connection')));
      socket.resume();
    });
  }

  #connected(): { readonly socket: Socket; readonly ready: string } {
    const { protocol, hostname, port } = new URL(this.#to.url);
    const isSecure = protocol === 'tls:';
    const host = hostname.replace(/^\[|\]$/g, '');
    const lookup = guardedLookup(this.#to);
    const options = { host, port: Number(port || (isSecure ? 6514 : 601)), lookup };
    if (!isSecure) return { socket: connectPlainly({ ...options, allowHalfOpen: true }), ready: 'connect' };
    const secured = { ...options, minVersion: 'TLSv1.2' as const, rejectUnauthorized: true };
    const named = /^[\d.]+$|:/.test(host) ? secured : { ...secured, servername: host };
    return { socket: connectSecurely({ ...named, allowHalfOpen: true } as never), ready: 'secureConnect' };
  }
}
