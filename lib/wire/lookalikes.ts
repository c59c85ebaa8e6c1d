import { fold } from './keys.ts';
import type { Payload } from './payload.ts';

/** Members of an object that a lenient reader takes for `name` although they are called otherwise, such as `Tools`. */
export function lookalikes(body: Payload, name: string): string[] {
  const folded = fold(name);
  return body.keys().filter((key) => key !== name && fold(key) === folded);
}
