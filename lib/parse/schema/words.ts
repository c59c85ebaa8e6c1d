import { asObject } from '../../model/json.ts';
import { safeJson } from '../../model/safe-json.ts';
import { isTypeName, type TypeName } from './values.ts';

const MOST_WORDS = 8;
const LONGEST_WORD = 60;

/** What a schema asks for, in words for the model, which may see the schema anyway. Never a value of the call. */
export function oneOfWords(values: readonly unknown[]): string {
  const words = values.slice(0, MOST_WORDS).map(shown);
  const all = values.length > words.length ? [...words, `${values.length - words.length} more`] : words;
  return all.length === 1 ? `must be ${all[0]}` : `must be one of ${all.join(', ')}`;
}

export function typeWords(types: readonly TypeName[]): string {
  return `must be ${types.map((type) => (type === 'null' ? type : `${/^[aio]/.test(type) ? 'an' : 'a'} ${type}`)).join(' or ')}`;
}

/** What the ways of an `anyOf` or `oneOf` say together, when all they say is a type. */
export function alternativesWords(ways: readonly unknown[]): string {
  const types = ways.map((way) => asObject(way)?.type).filter(isTypeName);
  return types.length === ways.length ? typeWords([...new Set(types)]) : 'must have one of the forms its schema allows';
}

/** A name or value of a schema: JSON on one line in which nothing acts, not too long. */
export function shown(value: unknown): string {
  const text = safeJson(value);
  return text.length <= LONGEST_WORD ? text : `${text.slice(0, LONGEST_WORD)}…`;
}
