import { piecesInclude, sliceParts } from './payload.ts';
import { SEPARATORS } from './separators.ts';

/** Whether any raw line separator stands in the frame, also across the borders of its parts. */
export function hasSeparators(frame: readonly Buffer[], from: number, to: number): boolean {
  const parts = sliceParts(frame, from, to);
  return SEPARATORS.some(({ bytes }) => piecesInclude(parts, bytes));
}

/**
 * The frame with nothing in it that a line reader, however lenient, would split on: raw CR and LF between tokens
 * become spaces, raw separators inside strings become their escapes. The JSON value is unchanged.
 */
export function neutralised(parts: readonly Buffer[], from: number, to: number): Buffer {
  let frame: Buffer = Buffer.concat(sliceParts(parts, from, to));
  for (const { bytes, escaped } of SEPARATORS) frame = replaceAll(frame, bytes, escaped);
  for (const lineBreak of [0x0d, 0x0a]) {
    for (let i = frame.indexOf(lineBreak); i !== -1; i = frame.indexOf(lineBreak, i + 1)) frame[i] = 0x20;
  }
  return frame;
}

function replaceAll(source: Buffer, find: Buffer, put: Buffer): Buffer {
  const pieces: Buffer[] = [];
  let from = 0;
  for (let at = source.indexOf(find); at !== -1; at = source.indexOf(find, from)) {
    pieces.push(source.subarray(from, at), put);
    from = at + find.length;
  }
  return pieces.length === 0 ? source : Buffer.concat([...pieces, source.subarray(from)]);
}
