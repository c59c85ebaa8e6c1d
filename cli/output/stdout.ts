import type { Writable } from 'node:stream';

/**
 * Takes standard output for the protocol alone. Whatever else writes to it afterwards, a library included,
 * reaches standard error instead: one stray line would break the client.
 */
export function reserveStdout(): Writable {
  const protocol = process.stdout;
  // A session that lost its client ends in an order of its own.
  protocol.removeAllListeners('error');
  Object.defineProperty(process, 'stdout', {
    configurable: true,
    enumerable: true,
    get: () => process.stderr,
  });
  for (const method of ['log', 'info', 'debug', 'dir', 'table', 'group'] as const) console[method] = console.error;
  return protocol;
}

/** Resolves when everything written has been handed to the system, or after `ms`. */
export function drained(stream: Writable, ms: number): Promise<void> {
  if (stream.writableLength === 0 || stream.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    const done = () => {
      clearTimeout(timer);
      resolve();
    };
    stream.write('', done);
    stream.once('close', done);
  });
}

/** Resolves when all that was printed is on its way, or after `ms`. */
export function allPrinted(ms: number): Promise<void> {
  return drained(process.stdout, ms);
}

/** Whoever reads only the beginning of a listing, as `head` does, has seen enough. */
export function endWithReader(): void {
  process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => process.exit(code === 'EPIPE' ? 0 : 1));
}
