/**
 * The ways one URI may be read: as it is written, as a URL parser writes it (scheme in small letters, dot segments and
 * `localhost` resolved, RFC 3986 §6 and the URL standard), and that with its percent escapes decoded.
 */
export interface UriForms {
  readonly written: string;
  readonly parsed: string;
  readonly decoded: string;
}

/** A text no parser takes has one form. */
export function uriForms(written: string): UriForms {
  if (!URL.canParse(written)) return { written, parsed: written, decoded: written };
  const parsed = new URL(written).href;
  try {
    return { written, parsed, decoded: decodeURIComponent(parsed) };
  } catch {
    return { written, parsed, decoded: parsed };
  }
}

/** Whether a pattern means the URI in any reading: for what is forbidden. */
export function matchesAny(matches: (text: string) => boolean, { written, parsed, decoded }: UriForms): boolean {
  return matches(written) || (parsed !== written && matches(parsed)) || (decoded !== written && matches(decoded));
}

/** Whether patterns mean the URI as it is written and as it will be read: for what is allowed. */
export function matchesAll(matches: (text: string) => boolean, { written, parsed, decoded }: UriForms): boolean {
  return matches(written) && (parsed === written || matches(parsed) || (decoded !== parsed && matches(decoded)));
}
