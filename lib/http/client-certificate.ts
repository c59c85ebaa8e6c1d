import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { ClientCertificate } from '../identity/certificate.ts';
import { namesOf } from './subject-names.ts';

/** What came of the certificate of a connection. */
export interface Shown {
  readonly certificate?: ClientCertificate | undefined;
  /** Why TLS did not believe it. */
  readonly mistrusted?: string | undefined;
}

const NONE: Shown = {};

/** By connection, as it stood when the handshake ended: what counts is what was verified. */
const shown = new WeakMap<Socket, Shown>();

/** Keeps what the client of a new connection showed; whether it showed anything. */
export function noteCertificate(socket: TLSSocket): boolean {
  const certificate = socket.getPeerX509Certificate();
  // A resumed connection may be called authorized without any certificate.
  if (certificate === undefined) return false;
  shown.set(socket, socket.authorized ? readable(certificate) : { mistrusted: reasonOf(socket) });
  return true;
}

/** What the other end of a connection showed when it was made. */
export function certificateOf(socket: Socket): Shown {
  return shown.get(socket) ?? NONE;
}

function readable(certificate: X509Certificate): Shown {
  const names = namesOf(certificate.subjectAltName ?? '');
  if (names === undefined) return { mistrusted: 'UNREADABLE_NAMES' };
  const { fingerprint256, issuer, validFrom, validTo } = certificate;
  return {
    certificate: {
      ...names,
      fingerprint: fingerprint256.replaceAll(':', '').toLowerCase(),
      issuer: issuer.split('\n').join(', '),
      notBeforeMs: Date.parse(validFrom),
      expiresMs: Date.parse(validTo),
    },
  };
}

/** The word OpenSSL has for it, which Node gives as a text in place of the error it declares. */
function reasonOf({ authorizationError }: TLSSocket): string {
  return String((authorizationError as unknown) ?? 'UNVERIFIED');
}
