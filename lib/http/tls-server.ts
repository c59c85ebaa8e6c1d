import { constants, randomBytes } from 'node:crypto';
import type { ServerOptions } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { noteCertificate } from './client-certificate.ts';
import { changesAuthorities, type TlsContext, type TlsFiles } from './tls.ts';

const HANDSHAKE_MS = 10_000;
const TICKET_KEY_BYTES = 48;

/**
 * An HTTP server behind TLS, which takes up what changes in the files. With authorities of clients it asks for certificates;
 * one that is not believed ends no connection, since its client may have a key as well.
 */
export function tlsServer(tls: TlsFiles, options: ServerOptions): Server {
  const asks = { requestCert: true, rejectUnauthorized: false };
  const given = { ...options, ...optionsOf(tls.context), handshakeTimeout: HANDSHAKE_MS };
  const server = createServer(tls.context.ca === undefined ? given : { ...given, ...asks });
  const shown = new Set<TLSSocket>();
  server.on('secureConnection', (socket: TLSSocket) => {
    if (!noteCertificate(socket)) return;
    shown.add(socket);
    socket.once('close', () => shown.delete(socket));
  });
  let inForce = tls.context;
  tls.onChange((context) => {
    server.setSecureContext(optionsOf(context));
    if (changesAuthorities(inForce, context)) {
      // Tickets and connections carry what was verified by authorities that may be gone.
      server.setTicketKeys(randomBytes(TICKET_KEY_BYTES));
      for (const socket of shown) socket.destroy();
    }
    inForce = context;
  });
  return server;
}

/** A client must not show another certificate in the middle of a connection, after the one that was verified. */
function optionsOf({ ca, ...context }: TlsContext) {
  return ca === undefined ? context : { ...context, ca, secureOptions: constants.SSL_OP_NO_RENEGOTIATION };
}
