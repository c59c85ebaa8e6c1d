import type { EventEmitter } from 'node:events';

/** Resolves when it is closed, whether it ended well or broke. */
export function closed(stream: EventEmitter): Promise<void> {
  return new Promise((resolve) => {
    stream.once('close', () => resolve());
  });
}
