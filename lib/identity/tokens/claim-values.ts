import { asObject, type Json } from '../../model/json.ts';
import { TokenRefused } from './refused.ts';

/** More roles or scopes than any one has. */
const MOST_VALUES = 256;
const LONGEST_VALUE = 256;
/** The year 9999; a time behind it is no time. */
const LAST_SECOND = 253_402_300_799;
/** Characters that act on terminals, or that nobody sees, are in no name. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;

/** The claim of this name; where there is none, dots lead into objects. Undefined when it is not there, or null. */
export function claimAt(claims: Json, name: string): unknown {
  if (Object.hasOwn(claims, name)) return claims[name] ?? undefined;
  let value: unknown = claims;
  for (const key of name.split('.')) {
    const object = asObject(value);
    if (object === undefined || !Object.hasOwn(object, key)) return undefined;
    value = object[key];
  }
  return value ?? undefined;
}

/** A claim that is a name, or is not there. Throws {@link TokenRefused} for any other type. */
export function nameAt(claims: Json, claim: string): string | undefined {
  const value = claimAt(claims, claim);
  if (value === undefined) return undefined;
  if (!isName(value)) throw new TokenRefused(`the claim \`${claim}\` is no name`);
  return value;
}

/** A list of names, or one name alone; none when it is not there. Throws {@link TokenRefused} when any is no name. */
export function namesAt(claims: Json, claim: string): readonly string[] {
  const value = claimAt(claims, claim);
  if (value === undefined) return [];
  return namesIn(typeof value === 'string' ? [value] : value, claim);
}

/** Scopes: names with spaces between them (RFC 6749, 3.3), or a list; undefined when the claim is not there. */
export function scopesAt(claims: Json, claim: string): readonly string[] | undefined {
  const value = claimAt(claims, claim);
  if (value === undefined) return undefined;
  if (typeof value !== 'string') return namesIn(value, claim);
  return namesIn(value.split(' ').filter(Boolean), claim);
}

/** Seconds since 1970 (RFC 7519, 2), as milliseconds. Throws {@link TokenRefused} for any other type. */
export function timeAt(claims: Json, claim: string): number | undefined {
  if (!Object.hasOwn(claims, claim)) return undefined;
  const value = claims[claim];
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0 || value > LAST_SECOND) {
    throw new TokenRefused(`\`${claim}\` is no time`);
  }
  return value * 1000;
}

function namesIn(value: unknown, claim: string): readonly string[] {
  if (!Array.isArray(value) || !value.every(isName))
    throw new TokenRefused(`the claim \`${claim}\` is no list of names`);
  if (value.length > MOST_VALUES) throw new TokenRefused(`the claim \`${claim}\` has too many values`);
  return [...new Set(value as readonly string[])];
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_VALUE && !UNSEEN.test(value);
}
