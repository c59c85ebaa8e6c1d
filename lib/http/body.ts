import type { IncomingMessage } from 'node:http';
import type { Frame } from '../wire/frame.ts';
import { MeteredReader } from '../wire/metered-reader.ts';
import type { FrameLimits } from '../wire/reader.ts';
import type { Upload } from './uploads.ts';

/** What became of a body: the one message in it, or why there is none. */
export type Body = { readonly frame: Frame } | 'empty' | 'too-large' | 'too-much' | 'broken';

/** Reads the one JSON message of a request, which may go over several lines, and calls `done` once. */
export function readBody(
  request: IncomingMessage,
  limits: FrameLimits,
  upload: Upload,
  done: (body: Body) => void,
): void {
  if (Number(request.headers['content-length'] ?? 0) > limits.maxFrameBytes) return done('too-large');
  let frame: Frame | undefined;
  const reader = new MeteredReader(limits, upload.budget, (found) => (frame = found), 'whole');
  let size = 0;
  let over = false;
  const finish = (body: Body | (() => Body)) => {
    if (over) return;
    over = true;
    upload.end();
    if (typeof body === 'string') reader.drop();
    done(typeof body === 'function' ? body() : body);
  };
  request.on('data', (chunk: Buffer) => {
    if (over) return;
    size += chunk.length;
    if (size > limits.maxFrameBytes) finish('too-large');
    else if (!upload.add(chunk.length)) finish('too-much');
    else reader.push(chunk);
  });
  request.on('end', () =>
    finish(() => {
      reader.end();
      return frame === undefined ? 'empty' : { frame };
    }),
  );
  request.on('error', () => finish('broken'));
  request.on('close', () => finish('broken'));
}
