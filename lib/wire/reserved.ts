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
 * Takes the reserved key out of the `_meta` of a frame and of the answers it brings along (2026-07-28, `inputResponses`),
 * with every other spelling lenient readers take for it. All other bytes stay as they are. It is shown in the first place
 * alone. The elements of a batch are frames of their own.
 */
export function cleared<F extends Frame>(frame: F): Cleared<F> {
  if (frame.kind === 'request' || frame.kind === 'notification') {
    const { params } = frame;
    const own = ownMeta(params);
    const cuts = [...(own === undefined ? [] : [own.cut]), ...inAnswers(params)].sort((a, b) => a.start - b.start);
    if (cuts.length === 0) return { frame, token: undefined };
    return { frame: { ...frame, params: params!.splice(cuts) }, token: own?.token };
  }
  if (frame.kind === 'reply') {
    const { result } = frame;
    const own = ownMeta(result);
    if (own !== undefined) return { frame: { ...frame, result: result!.splice([own.cut]) }, token: undefined };
  }
  return { frame, token: undefined };
}

interface Cut {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function ownMeta(body: Payload | undefined): { readonly cut: Cut; readonly token: string | undefined } | undefined {
  const span = body?.span('_meta');
  if (span === undefined || span.kind !== OBJECT || span.end - span.start < SHORTEST) return undefined;
  const { start, end } = span;
  const found = withoutToken(body!.slice(start, end).bytes());
  return found && { cut: { start, end, text: found.text }, token: found.token };
}

/** What a client answers to questions of a server is as much of a message as a reply is. */
function inAnswers(body: Payload | undefined): readonly Cut[] {
  const span = body?.span('inputResponses');
  if (span === undefined || span.kind !== OBJECT || span.end - span.start < SHORTEST) return [];
  const bytes = body!.slice(span.start, span.end).bytes();
  return children(bytes)
    .filter(({ start }) => bytes[start] === OBJECT)
    .flatMap((answer) => children(bytes, answer.start))
    .filter(({ key, start }) => key === '_meta' && bytes[start] === OBJECT)
    .flatMap(({ start, end }) => {
      const found = withoutToken(bytes.subarray(start, end));
      return found === undefined ? [] : [{ start: span.start + start, end: span.start + end, text: found.text }];
    });
}

/** The text of an object without the key, and what it showed; undefined where it does not have it. */
function withoutToken(bytes: Buffer): { readonly text: string; readonly token: string | undefined } | undefined {
  const members = children(bytes);
  const kept = members.filter(({ key }) => fold(key) !== TOKEN_KEY);
  if (kept.length === members.length) return undefined;
  const shown = members.find(({ key }) => key === TOKEN_KEY);
  return {
    text: `{${kept.map(({ at, end }) => bytes.toString('utf8', at, end)).join(',')}}`,
    token: shown === undefined ? undefined : textAt(bytes, shown.start, shown.end),
  };
}

function textAt(bytes: Buffer, start: number, end: number): string {
  return bytes[start] === 0x22 ? (JSON.parse(bytes.toString('utf8', start, end)) as string) : '';
}
