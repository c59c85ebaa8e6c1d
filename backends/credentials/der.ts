/** Pieces of X.690 (DER): a tag, a length and what is inside. */

const [INTEGER, BIT_STRING, OCTET_STRING, OBJECT_IDENTIFIER] = [0x02, 0x03, 0x04, 0x06] as const;
const [UTF8_STRING, UTC_TIME, GENERALIZED_TIME, SEQUENCE, SET] = [0x0c, 0x17, 0x18, 0x30, 0x31] as const;
const [CONTEXT, CONSTRUCTED] = [0x80, 0x20] as const;

export function piece(tag: number, ...inside: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(inside);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content.length)]), content]);
}

export const sequence = (...inside: readonly Uint8Array[]) => piece(SEQUENCE, ...inside);
export const set = (...inside: readonly Uint8Array[]) => piece(SET, ...inside);
export const octets = (inside: Uint8Array) => piece(OCTET_STRING, inside);
export const text = (inside: string) => piece(UTF8_STRING, Buffer.from(inside));
/** Bits from the left, of which the last `unused` are none. */
export const bits = (inside: Uint8Array, unused = 0) => piece(BIT_STRING, Buffer.from([unused]), inside);
export const truth = Buffer.from([0x01, 0x01, 0xff]);

/** A positive number, by its bytes. */
export function integer(bytes: Uint8Array): Buffer {
  return piece(INTEGER, (bytes[0]! & 0x80) === 0 ? bytes : Buffer.concat([Buffer.alloc(1), bytes]));
}

/** An identifier in its dotted form. */
export function identifier(dotted: string): Buffer {
  const [first, second, ...rest] = dotted.split('.').map(Number) as [number, number, ...number[]];
  return piece(OBJECT_IDENTIFIER, Buffer.from([40 * first + second, ...rest.flatMap(inSevens)]));
}

/** What the context numbers; `isNested` when there are pieces inside. */
export function numbered(number: number, isNested: boolean, ...inside: readonly Uint8Array[]): Buffer {
  return piece(CONTEXT | (isNested ? CONSTRUCTED : 0) | number, ...inside);
}

/** In the form RFC 5280 wants: two digits of the year before 2050, four from then on. */
export function time(at: Date): Buffer {
  const digits = at.toISOString().replace(/\.\d+|[-:T]/g, '');
  const isLate = at.getUTCFullYear() >= 2050;
  return piece(isLate ? GENERALIZED_TIME : UTC_TIME, Buffer.from(isLate ? digits : digits.slice(2)));
}

function lengthOf(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes = length < 0x100 ? [length] : [length >> 8, length & 0xff];
  return [0x80 | bytes.length, ...bytes];
}

function inSevens(number: number): number[] {
  const high = number >> 7;
  return high === 0 ? [number] : [...inSevens(high).map((seven) => seven | 0x80), number & 0x7f];
}
