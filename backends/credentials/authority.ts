import { generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { createSecureContext, type SecureContext } from 'node:tls';
import { certificate } from './certificate.ts';

interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

const HOUR_MS = 3_600_000;
/** Longer than any backend runs; its key is gone with the backend, long before. */
const AUTHORITY_HOURS = 365 * 24;
/** Certificates that are kept; another one takes a millisecond. */
const MOST_ISSUED = 256;
const HOST_HOURS = 24;

/**
 * Issues certificates that one backend trusts, while it runs. The key it signs with is made here, is never written
 * anywhere, and cannot be taken out.
 */
export class Authority {
  /** Its own certificate, as PEM. */
  readonly certificate: string;
  readonly #issuer: KeyPair & { readonly subject: string };
  /** One for all hosts: each is as much ours as the others. */
  readonly #hostKey = newKey();
  readonly #issued = new Map<string, { readonly context: SecureContext; readonly until: number }>();

  constructor() {
    const subject = `Sallyport, for one backend (${randomBytes(8).toString('hex')})`;
    const { publicKey, privateKey } = newKey();
    this.#issuer = { publicKey, privateKey, subject };
    this.certificate = certificate({
      subject,
      publicKey,
      issuer: this.#issuer,
      ...term(AUTHORITY_HOURS),
      host: undefined,
    });
  }

  /** What proves to the backend that the gateway is `host`. */
  contextFor(host: string): SecureContext {
    const known = this.#issued.get(host);
    if (known !== undefined && known.until > Date.now()) return known.context;
    const { publicKey, privateKey } = this.#hostKey;
    const cert = certificate({
      subject: 'Sallyport',
      publicKey,
      issuer: this.#issuer,
      ...term(HOST_HOURS),
      host,
    });
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' });
    const context = createSecureContext({ key, cert, minVersion: 'TLSv1.2' });
    // A backend may speak to any number of hosts below one that is allowed.
    this.#issued.delete(host);
    if (this.#issued.size >= MOST_ISSUED) this.#issued.delete(this.#issued.keys().next().value!);
    this.#issued.set(host, { context, until: Date.now() + (HOST_HOURS / 2) * HOUR_MS });
    return context;
  }
}

function newKey(): KeyPair {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

/** From an hour ago, for clocks that are not quite right. */
function term(hours: number): { readonly from: Date; readonly until: Date } {
  const now = Date.now();
  return { from: new Date(now - HOUR_MS), until: new Date(now + hours * HOUR_MS) };
}
