import { X509Certificate } from 'node:crypto';
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { Log } from '../model/log.ts';

const LOOK_MS = 5000;

/** What a server shows to prove who it is. */
export interface TlsContext {
  readonly cert: Buffer;
  readonly key: Buffer;
  readonly minVersion: 'TLSv1.2';
}

/** A certificate and its key on disk, read again when they change. */
export class TlsFiles {
  readonly #cert: string;
  readonly #key: string;
  readonly #log: Log;
  #context: TlsContext;
  #changed: ((context: TlsContext) => void) | undefined;

  /** Throws when the files cannot be read, or do not belong together. */
  constructor({ cert, key }: { readonly cert: string; readonly key: string }, log: Log) {
    this.#cert = cert;
    this.#key = key;
    this.#log = log;
    this.#context = this.#read();
    for (const file of [cert, key]) {
      watchFile(file, { interval: LOOK_MS, persistent: false }, () => this.reload());
    }
  }

  get context(): TlsContext {
    return this.#context;
  }

  /** `then` hears of every new certificate. */
  onChange(then: (context: TlsContext) => void): void {
    this.#changed = then;
  }

  /** Reads both files again; with one that is no good, what was good before stays in force. */
  reload(): void {
    try {
      const next = this.#read();
      if (next.cert.equals(this.#context.cert) && next.key.equals(this.#context.key)) return;
      this.#context = next;
      this.#changed?.(next);
      this.#log.write('info', 'certificate_reloaded', { expires: new X509Certificate(next.cert).validTo });
    } catch (error) {
      this.#log.write('error', 'certificate_reload_failed', { code: 'SP1015', why: (error as Error).message });
    }
  }

  close(): void {
    for (const file of [this.#cert, this.#key]) unwatchFile(file);
  }

  #read(): TlsContext {
    const context = { cert: readFileSync(this.#cert), key: readFileSync(this.#key), minVersion: 'TLSv1.2' } as const;
    createSecureContext(context);
    return context;
  }
}
