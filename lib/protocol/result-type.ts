import type { Payload } from '../wire/payload.ts';

/** What kind of result a modern server gave; without a word it is a complete one, and anything odd is `invalid`. */
export function resultTypeOf(body: Payload): string {
  return body.has('resultType') ? (body.string('resultType') ?? 'invalid') : 'complete';
}
