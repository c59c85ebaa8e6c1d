import type { Frame } from '../../../lib/wire/frame.ts';
import type { Payload } from '../../../lib/wire/payload.ts';
import { type FrameLimits, FrameReader } from '../../../lib/wire/reader.ts';

export const LIMITS: FrameLimits = { maxFrameBytes: 8 * 1024 * 1024, maxJsonDepth: 200 };

/** Every frame a reader reports for `chunks`, the end of the stream included. */
export function readFrames(chunks: readonly Buffer[], limits: FrameLimits = LIMITS): Frame[] {
  const frames: Frame[] = [];
  const reader = new FrameReader(limits, (frame) => frames.push(frame));
  for (const chunk of chunks) reader.push(chunk);
  reader.end();
  return frames;
}

/** The one frame in `text`. */
export function readFrame(text: string | Buffer, limits: FrameLimits = LIMITS): Frame {
  const [frame, second] = readFrames([Buffer.from(text)], limits);
  if (frame === undefined || second !== undefined) throw new Error('not exactly one frame');
  return frame;
}

/** A frame as plain data, with its payloads as the text they hold. */
export function shown(frame: Frame): unknown {
  return JSON.parse(JSON.stringify(frame, (_key, value) => (isPayload(value) ? value.text() : value)));
}

function isPayload(value: unknown): value is Payload {
  return typeof value === 'object' && value !== null && 'parts' in value;
}

/** `bytes` cut at `points`; each piece is a buffer of its own, as a stream gives them. */
export function chunked(bytes: Buffer, points: readonly number[]): Buffer[] {
  const cuts = [...new Set(points.map((point) => point % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...cuts, bytes.length].map((end, i) => Buffer.from(bytes.subarray(cuts[i - 1] ?? 0, end)));
}
