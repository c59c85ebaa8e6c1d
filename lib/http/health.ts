import type { ServerResponse } from 'node:http';

/** Paths that only tell whether the process is there; they need no key and tell nothing else. */
const PATHS = new Set(['/healthz', '/livez', '/readyz']);

export function isHealthPath(path: string): boolean {
  return PATHS.has(path);
}

/** Answers one of them; `/readyz` says no while nothing new is taken in. */
export function answerHealth(response: ServerResponse, method: string, path: string, ready: boolean): void {
  const well = path !== '/readyz' || ready;
  const text = well ? 'ok\n' : 'not ready\n';
  const allowed = method === 'GET' || method === 'HEAD';
  response.writeHead(allowed ? (well ? 200 : 503) : 405, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': text.length,
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    ...(allowed ? {} : { Allow: 'GET, HEAD' }),
  });
  response.end(method === 'HEAD' ? undefined : text);
}
