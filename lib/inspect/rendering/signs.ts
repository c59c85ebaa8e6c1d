import { isAscii } from 'node:buffer';
import type { Payload } from '../../wire/payload.ts';
import { HIDDEN_BYTES } from './hidden.ts';

/** Whether a message may have something hidden in it, or a link. */
export interface Signs {
  readonly hides: boolean;
  readonly links: boolean;
}

/** Bytes of a slice, and what two of them share. */
const SLICE = 128 * 1024;
const LONGEST_SIGN = 4;
/** Bytes up to which one look at each of them costs less than a search for each sign. */
const SMALL = 2048;
const NO_SIGNS: Signs = { hides: false, links: false };
const LINKS = ['](', ']:', '<', 'url('] as const;
const ESCAPE = '\\u';

/** What the last byte of a sign may be; most bytes are none. */
const ENDS_SIGN = Uint8Array.from({ length: 256 }, (_, byte) =>
  Number(byte > 0x7f || '<(:u'.includes(String.fromCharCode(byte))),
);
const LESS = 0x3c;
const COLON = 0x3a;
const BRACKET = 0x5d;
const BACKSLASH = 0x5c;
const [L, R, U] = [0x6c, 0x72, 0x75];

/** Everything hidden is beyond ASCII, or a control character, which JSON holds as an escape alone. */
export function signsIn(bytes: Buffer): Signs {
  return bytes.length <= SMALL && isPlain(bytes) ? NO_SIGNS : searched(bytes);
}

export function* signsInSlices(body: Payload): Generator<void, Signs, void> {
  yield* body.joining();
  const bytes = body.bytes();
  let [hides, links] = [false, false];
  for (let at = 0; at < bytes.length && !(hides && links); at += SLICE) {
    const signs = searched(bytes.subarray(Math.max(0, at - LONGEST_SIGN), at + SLICE));
    hides ||= signs.hides;
    links ||= signs.links;
    yield;
  }
  return { hides, links };
}

function searched(bytes: Buffer): Signs {
  const escapes = bytes.includes(ESCAPE);
  return {
    hides: escapes || (!isAscii(bytes) && HIDDEN_BYTES.test(bytes.toString('latin1'))),
    links: escapes || LINKS.some((sign) => bytes.includes(sign)),
  };
}

/** Whether there is nothing beyond ASCII and no sign. */
function isPlain(bytes: Buffer): boolean {
  for (let i = 0; i < bytes.length; i++) {
    const c = bytes[i]!;
    if (ENDS_SIGN[c] === 0) continue;
    if (c > 0x7f || c === LESS) return false;
    const before = bytes[i - 1];
    if (c === U) {
      if (before === BACKSLASH) return false;
    } else if (before === BRACKET) return false;
    else if (c !== COLON && before === L && bytes[i - 2] === R && bytes[i - 3] === U) return false;
  }
  return true;
}
