/** Exponents beyond this are refused: the number is none anybody could mean. */
const MOST_EXPONENT = 9999;
const PARTS = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;
/** From this many digits before the point on, and beyond so many zeros after it, ECMAScript writes an exponent. */
const WIDEST = 21;
const LEADING_ZEROS = 6;

/** A number in decimal: `0.digits × 10^point`, without zeros at either end. Zero has no digits. */
interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly point: number;
}

/**
 * A number of JSON in the form of RFC 8785, which is that of ECMAScript. A number that a double cannot tell from
 * another one, such as 2^53 + 1, keeps all of its digits in the same form, so that no two numbers have one form.
 * Undefined for an exponent beyond measure.
 */
export function canonicalNumber(raw: string): string | undefined {
  const decimal = decimalOf(raw);
  if (decimal === undefined) return undefined;
  const double = Number(raw);
  if (Number.isFinite(double)) {
    const form = JSON.stringify(double);
    if (isSame(decimal, decimalOf(form)!)) return form;
  }
  return written(decimal);
}

function decimalOf(raw: string): Decimal | undefined {
  const [, sign, whole = '', fraction = '', exponent = '0'] = PARTS.exec(raw) ?? [];
  const shift = Number(exponent);
  if (sign === undefined || Math.abs(shift) > MOST_EXPONENT) return undefined;
  const all = whole + fraction;
  const digits = withoutZerosAfter(all.replace(/^0+/, ''));
  const zeros = all.length - all.replace(/^0+/, '').length;
  if (digits === '') return { negative: false, digits: '', point: 0 };
  return { negative: sign === '-', digits, point: whole.length - zeros + shift };
}

/** A pattern that ends in `0+$` would try from every zero. */
function withoutZerosAfter(digits: string): string {
  let end = digits.length;
  while (digits[end - 1] === '0') end--;
  return digits.slice(0, end);
}

function isSame(a: Decimal, b: Decimal): boolean {
  return a.digits === b.digits && a.point === b.point && a.negative === b.negative;
}

/** ECMAScript's Number::toString, for any number of digits. */
function written({ negative, digits, point }: Decimal): string {
  const sign = negative ? '-' : '';
  if (digits.length <= point && point <= WIDEST) return `${sign}${digits.padEnd(point, '0')}`;
  if (point > 0 && point <= WIDEST) return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
  if (point > -LEADING_ZEROS && point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  const exponent = point - 1;
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : '';
  return `${sign}${digits[0]}${fraction}e${exponent < 0 ? '-' : '+'}${Math.abs(exponent)}`;
}
