/** States of a JSON number as its bytes pass by (RFC 8259, section 6). */
const Num = { minus: 0, zero: 1, int: 2, dot: 3, frac: 4, exp: 5, sign: 6, expDigits: 7 } as const;

/** Returned by {@link numberStep} when the byte does not belong to the number. */
export const NUMBER_ENDS = -1;

/** The state a number begins in, or {@link NUMBER_ENDS} when the byte begins none. */
export function numberStart(byte: number): number {
  if (byte === 0x2d) return Num.minus;
  if (byte === 0x30) return Num.zero;
  return isDigit(byte) ? Num.int : NUMBER_ENDS;
}

/** The state after one more byte, or {@link NUMBER_ENDS}. */
export function numberStep(state: number, byte: number): number {
  if (isDigit(byte)) return digitStep(state, byte);
  if (byte === 0x2e) return state === Num.zero || state === Num.int ? Num.dot : NUMBER_ENDS;
  if (byte === 0x65 || byte === 0x45) {
    return state === Num.zero || state === Num.int || state === Num.frac ? Num.exp : NUMBER_ENDS;
  }
  if (byte === 0x2b || byte === 0x2d) return state === Num.exp ? Num.sign : NUMBER_ENDS;
  return NUMBER_ENDS;
}

/** Whether a number may stop in this state. */
export function numberMayEnd(state: number): boolean {
  return state === Num.zero || state === Num.int || state === Num.frac || state === Num.expDigits;
}

/** Whether a further digit leaves the state as it is. */
export function numberRepeats(state: number): boolean {
  return state === Num.int || state === Num.frac || state === Num.expDigits;
}

/** As many digits as every engine keeps as a small integer. */
const MOST_DIGITS = 9;

/** The number that `bytes[start, end)` is the one way to write, if it has 1 to 9 digits and nothing else; -1 for all else. */
export function naturalAt(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  if (length === 0 || length > MOST_DIGITS || (length > 1 && bytes[start] === 0x30)) return -1;
  let value = 0;
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!;
    if (!isDigit(byte)) return -1;
    value = value * 10 + byte - 0x30;
  }
  return value;
}

/** The same for a text. */
export function naturalOf(text: string): number {
  const { length } = text;
  if (length === 0 || length > MOST_DIGITS || (length > 1 && text.charCodeAt(0) === 0x30)) return -1;
  let value = 0;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (!isDigit(code)) return -1;
    value = value * 10 + code - 0x30;
  }
  return value;
}

function digitStep(state: number, byte: number): number {
  switch (state) {
    case Num.minus:
      return byte === 0x30 ? Num.zero : Num.int;
    case Num.zero:
      return NUMBER_ENDS;
    case Num.int:
      return Num.int;
    case Num.dot:
    case Num.frac:
      return Num.frac;
    default:
      return Num.expDigits;
  }
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}
