import { X509Certificate } from 'node:crypto';
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { Log } from '../model/log.ts';

const LOOK_MS = 5000;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** What a server shows to prove who it is, and by whom its clients may be proven. */
export interface TlsContext {
  readonly cert: Buffer;
  readonly key: Buffer;
  /** Authorities of the certificates clients may show; undefined when none are asked for. */
  readonly ca: Buffer | undefined;
  readonly minVersion: 'TLSv1.2';
}

interface Paths {
  readonly cert: string;
  readonly key: string;
  readonly clientCa?: string | undefined;
}

/** A certificate, its key and the authorities of clients on disk, read again when they change. */
export class TlsFiles {
  readonly #paths: Paths;
  readonly #log: Log;
  #context: TlsContext;
  #changed: ((context: TlsContext) => void) | undefined;

  /** Throws when the files cannot be read, or do not belong together. */
  constructor(paths: Paths, log: Log) {
    this.#paths = paths;
    this.#log = log;
    this.#context = this.#read();
    for (const file of this.#files) {
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

  /** Reads all of them again; with one that is no good, what was good before stays in force. */
  reload(): void {
    try {
      const next = this.#read();
      if (isSame(next, this.#context)) return;
      this.#context = next;
      this.#changed?.(next);
      this.#log.write('info', 'certificate_reloaded', { expires: new X509Certificate(next.cert).validTo });
    } catch (error) {
      this.#log.write('error', 'certificate_reload_failed', { code: 'SP1015', why: (error as Error).message });
    }
  }

  close(): void {
    for (const file of this.#files) unwatchFile(file);
  }

  get #files(): string[] {
    const { cert, key, clientCa } = this.#paths;
    return [cert, key, ...(clientCa === undefined ? [] : [clientCa])];
  }

  #read(): TlsContext {
    const [cert, key, ca] = this.#files.map((file) => readFileSync(file)) as [Buffer, Buffer, Buffer | undefined];
    const context = { cert, key, ca, minVersion: 'TLSv1.2' } as const;
    createSecureContext(context);
    if (ca !== undefined) checkAuthorities(ca.toString('latin1'));
    return context;
  }
}

/** OpenSSL leaves out without a word what it cannot read; then nobody would be believed, and nobody know why. */
function checkAuthorities(pem: string): void {
  const blocks = pem.match(CERTIFICATE) ?? [];
  if (blocks.length === 0) throw new Error('there is no certificate in `client_ca`');
  for (const block of blocks) {
    const { ca, subject } = new X509Certificate(block);
    if (!ca) throw new Error(`a certificate in \`client_ca\` is of no authority: ${subject}`);
  }
}

function isSame(one: TlsContext, other: TlsContext): boolean {
  return one.cert.equals(other.cert) && one.key.equals(other.key) && !changesAuthorities(one, other);
}

/** Whether other clients are believed with the one than with the other. */
export function changesAuthorities({ ca: one }: TlsContext, { ca: other }: TlsContext): boolean {
  return one === undefined ? other !== undefined : other === undefined || !one.equals(other);
}
