import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Where a browser comes back to, and what it brings; on this machine alone, once, and not for long. */
export interface RedirectListener {
  readonly uri: string;
  /** The parameters it came with. Rejects when nobody has come in time. */
  readonly answer: Promise<URLSearchParams>;
  close(): void;
}

const PATH = '/callback';
const MOST_URL = 8192;
const WITHIN_MS = 5 * 60_000;

const HEADERS = {
  'Content-Type': 'text/plain; charset=utf-8',
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  Connection: 'close',
};

/** Listens on 127.0.0.1; `port` is tried, and another taken where it is not free unless `isFixed`. */
export async function listenForRedirect(
  port: number | undefined,
  isFixed: boolean,
  state: string,
  withinMs = WITHIN_MS,
): Promise<RedirectListener> {
  let settle: (answer: URLSearchParams) => void = () => {};
  let give: (error: Error) => void = () => {};
  const answer = new Promise<URLSearchParams>((resolve, reject) => {
    settle = resolve;
    give = reject;
  });
  answer.catch(() => {});
  let isUsed = false;
  const server = createServer({ maxHeaderSize: 16 * 1024 }, (request, response) => {
    const { url = '', method, headers } = request;
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const [path, query = ''] = url.split('?', 2);
    const parameters = new URLSearchParams(query);
    const isOurs = method === 'GET' && headers.host === host && path === PATH && url.length <= MOST_URL;
    // A redirect without our state does not come from the server that was asked, so the wait for that one goes on.
    if (!isOurs || isUsed || parameters.getAll('state').join() !== state) {
      response.writeHead(404, HEADERS).end('There is nothing here.\n');
      return;
    }
    isUsed = true;
    response.writeHead(200, HEADERS).end('Sallyport has its answer. This page can be closed.\n');
    settle(parameters);
  });
  server.headersTimeout = 10_000;
  server.requestTimeout = 10_000;
  server.maxConnections = 16;
  await opened(server, port ?? 0).catch((error) => {
    if (port === undefined || isFixed) throw error;
    return opened(server, 0);
  });
  const timer = setTimeout(() => give(new Error('nobody came back from the browser in time')), withinMs);
  return {
    uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}${PATH}`,
    answer,
    close: () => {
      clearTimeout(timer);
      server.close();
      // An answer that is being written reaches its browser.
      setTimeout(() => server.closeAllConnections(), 200).unref();
    },
  };
}

async function opened(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}
