import type { Json } from '../model/json.ts';
import { asObject } from '../model/json.ts';

/** A question that cannot be asked; the message says why. */
export class QuestionError extends Error {}

/** Arguments as JSON text; an object, or nothing for none. */
export function parseArguments(text: string | undefined): Json {
  if (text === undefined) return {};
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new QuestionError(
      `the arguments are no JSON: ${(error as Error).message}; write them as '{"path": "notes.md"}', in single quotes`,
    );
  }
  const args = asObject(value);
  if (args === undefined) throw new QuestionError(`the arguments must be an object, such as '{"path": "notes.md"}'`);
  return args;
}
