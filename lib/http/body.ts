import type { IncomingMessage } from 'node:http';
import type { ByteBudget } from '../wire/budget.ts';
import type { Frame } from '../wire/frame.ts';
import { type FrameLimits, FrameReader } from '../wire/reader.ts';

const LF = 0x0a;
const CR = 0x0d;

/** What became of a body: the one message in it, or why there is none. */
export type Body = { readonly frame: Frame } | 'empty' | 'too-large' | 'broken';

/**
 * Reads the one JSON message of a request, scanning it as it comes, and calls `done` once. Line feeds between tokens
 * become carriage returns, which the scanner allows at the same places and takes out of what is forwarded, so that a
 * message may be spread over lines without ever being two.
 */
export function readBody(
  request: IncomingMessage,
  limits: FrameLimits,
  budget: ByteBudget,
  done: (body: Body) => void,
): void {
  if (Number(request.headers['content-length'] ?? 0) > limits.maxFrameBytes) return done('too-large');
  let frame: Frame | undefined;
  const reader = new FrameReader(limits, (found) => {
    frame ??= found;
  });
  let size = 0;
  let over = false;
  const finish = (body: () => Body) => {
    if (over) return;
    over = true;
    budget.add(-size);
    done(body());
  };
  request.on('data', (chunk: Buffer) => {
    if (over) return;
    size += chunk.length;
    const fits = budget.add(chunk.length) && size <= limits.maxFrameBytes;
    if (!fits) return finish(() => 'too-large');
    for (let at = chunk.indexOf(LF); at !== -1; at = chunk.indexOf(LF, at + 1)) chunk[at] = CR;
    reader.push(chunk);
  });
  request.on('end', () =>
    finish(() => {
      reader.end();
      return frame === undefined ? 'empty' : { frame };
    }),
  );
  request.on('error', () => finish(() => 'broken'));
  request.on('close', () => finish(() => 'broken'));
}
