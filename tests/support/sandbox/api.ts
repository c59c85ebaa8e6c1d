import { readFileSync } from 'node:fs';
import { createServer as createPlainServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';
import type { TLSSocket } from 'node:tls';
import type { Certificate } from '../http/certificates.ts';

/** A request as an API got it. */
export interface ApiRequest {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The name that was asked for in TLS; undefined without TLS. */
  readonly name: string | undefined;
}

/** An API of this machine that keeps what it is asked, and answers `hello`. */
export class Api {
  readonly got: ApiRequest[] = [];
  port = 0;

  /** With https, unless there is no certificate. */
  static async listen(t: TestContext, certificate?: Certificate): Promise<Api> {
    const api = new Api();
    const server =
      certificate === undefined
        ? createPlainServer()
        : createServer({ cert: readFileSync(certificate.cert), key: readFileSync(certificate.key) });
    server.on('request', async (request: IncomingMessage, response) => {
      const { url = '', headers, socket } = request;
      const { servername } = socket as TLSSocket;
      api.got.push({ url, headers, body: await text(request), name: servername || undefined });
      response.end('hello');
    });
    t.after(() => {
      server.close();
      server.closeAllConnections();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    api.port = (server.address() as AddressInfo).port;
    return api;
  }

  get last(): ApiRequest {
    return this.got.at(-1)!;
  }
}
