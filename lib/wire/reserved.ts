import type { Frame } from './frame.ts';
import { fold } from './keys.ts';
import type { Payload } from './payload.ts';
import { children } from './walk.ts';

/** `_meta` key under which a client without HTTP shows its credential. It is for the gateway alone. */
export const TOKEN_KEY = 'dev.sallyport/token';
/** Bytes of the shortest object that has the key. */
const SHORTEST = TOKEN_KEY.length + 5;
const OBJECT = 0x7b;

/** A frame nobody further inside learns a credential from, and what it showed. */
export interface Cleared<F extends Frame> {
  readonly frame: F;
  /** The text shown; empty for a value that is no text; undefined when nothing was shown. */
  readonly token: string | undefined;
}

/**
 * Takes the reserved key out of the `_meta` of a frame, with every other spelling lenient readers take for it. All other
 * bytes stay as they are. The elements of a batch are frames of their own.
 */
export function cleared<F extends Frame>(frame: F): Cleared<F> {
  if (frame.kind === 'request' || frame.kind === 'notification') {
    const found = withoutToken(frame.params);
    return found === undefined
      ? { frame, token: undefined }
      : { frame: { ...frame, params: found.body }, token: found.token };
  }
  if (frame.kind === 'reply') {
    const found = withoutToken(frame.result);
    if (found !== undefined) return { frame: { ...frame, result: found.body }, token: undefined };
  }
  return { frame, token: undefined };
}

function withoutToken(body: Payload | undefined): { body: Payload; token: string | undefined } | undefined {
  const span = body?.span('_meta');
  if (span === undefined || span.kind !== OBJECT) return undefined;
  if (span.end - span.start < SHORTEST) return undefined;
  const bytes = body!.slice(span.start, span.end).bytes();
  const members = children(bytes);
  const kept = members.filter(({ key }) => fold(key) !== TOKEN_KEY);
  if (kept.length === members.length) return undefined;
  const text = kept.map(({ at, end }) => bytes.toString('utf8', at, end)).join(',');
  const shown = members.find(({ key }) => key === TOKEN_KEY);
  const token = shown === undefined ? undefined : textAt(bytes, shown.start, shown.end);
  return { body: body!.splice([{ start: span.start, end: span.end, text: `{${text}}` }]), token };
}

function textAt(bytes: Buffer, start: number, end: number): string {
  return bytes[start] === 0x22 ? (JSON.parse(bytes.toString('utf8', start, end)) as string) : '';
}
