import fc from 'fast-check';
import { fold } from '../../../lib/wire/keys.ts';

/** Space JSON allows between tokens, but for the newline that ends a frame. */
const space = fc.constantFrom('', '', '', '', ' ', '  ', '\t', '\r');

/** Numbers a double would change, beside ordinary ones. */
const number = fc.oneof(
  fc.constantFrom('0', '-0', '1e5', '1E+30', '-1.50', '5e-324', '1e400', '0.1000000000000000055511151231257827'),
  fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }).map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
);

/** Pieces of a string as they stand between the quotes: plain, escaped, above ASCII, separators, half a pair. */
const piece = fc.oneof(
  fc.constantFrom('a', 'B', '7', ' ', '/', '-', '_', '{', ']', ',', ':', 'x'.repeat(40)),
  fc.constantFrom('\\n', '\\"', '\\\\', '\\/', '\\u0041', '\\u00e9', '\\ud83d\\ude00', '\\ud800', '\\u2028', '\\u0000'),
  fc.constantFrom('é', '漢', '😀', '\u0085', '\u2028', '\u2029', '\u007f', '\u200b'),
);
export const stringText = fc.array(piece, { maxLength: 8 }).map((pieces) => `"${pieces.join('')}"`);

const key = fc.oneof(
  stringText,
  fc.constantFrom('a', 'A', 'k', 'name', 'params', 'result', 'uri', '__proto__', 'id').map((text) => `"${text}"`),
);

const scalar = fc.oneof(number, stringText, fc.constantFrom('true', 'false', 'null'));

export interface JsonTextOptions {
  /** No object has two keys a reader could take for one another. */
  readonly unique?: boolean;
  readonly depth?: number;
}

/** Any JSON value as text, laid out in every way JSON allows. */
export function jsonText({ unique = true, depth = 4 }: JsonTextOptions = {}): fc.Arbitrary<string> {
  return fc.letrec<{ value: string; object: string; array: string }>((tie) => ({
    value: fc.oneof({ maxDepth: depth, withCrossShrink: true }, scalar, tie('array'), tie('object')),
    array: fc
      .tuple(space, fc.array(fc.tuple(tie('value'), space), { maxLength: 4 }))
      .map(([before, items]) => `[${before}${items.map(([item, after]) => item + after).join(',')}]`),
    object: members(tie('value'), unique).map(joined),
  })).value;
}

/** Any JSON object as text. */
export function objectText(options: JsonTextOptions = {}): fc.Arbitrary<string> {
  return members(jsonText(options), options.unique ?? true).map(joined);
}

type MemberText = readonly [key: string, colon: string, value: string, after: string];

function members(value: fc.Arbitrary<string>, unique: boolean): fc.Arbitrary<MemberText[]> {
  const member = fc.tuple(key, fc.constantFrom(':', ' : ', ':\t'), value, space);
  return unique
    ? fc.uniqueArray(member, { maxLength: 5, selector: ([text]) => fold(JSON.parse(text) as string) })
    : fc.array(member, { maxLength: 5 });
}

function joined(all: readonly MemberText[]): string {
  return `{${all.map((parts) => parts.join('')).join(',')}}`;
}

/** A text with a few characters put in, taken out or replaced; mostly no JSON any more, sometimes other JSON. */
export function mutated(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const character = fc.constantFrom(...'{}[]",:\\/0123456789-+.eEtfnu \t\rax\u0000\u001f\u2028é');
  const change = fc.tuple(fc.nat(), fc.nat(2), character);
  return fc.tuple(text, fc.array(change, { minLength: 1, maxLength: 3 })).map(([whole, changes]) => {
    let characters = [...whole];
    for (const [at, taken, put] of changes) {
      const from = at % (characters.length + 1);
      characters = [...characters.slice(0, from), put, ...characters.slice(from + taken)];
    }
    return characters.join('');
  });
}
