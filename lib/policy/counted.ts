import type { Call } from '../model/call.ts';
import type { RuleBook } from './rule-book.ts';
import { compileSelector, type Selects } from './selector.ts';

/** What takes work off a server and is never refused for having come too often. */
const ENDS_SOMETHING: ReadonlySet<string> = new Set(['tasks/cancel', 'resources/unsubscribe']);

export type Counts = (call: Call, book: RuleBook) => boolean;

/**
 * Which calls a limit with this selector counts: everything a backend is asked, and every question of a server,
 * that the selector matches. Lists only when it names them (`files/tools/list`), since clients list
 * whenever they like.
 */
export function compileCounts(selector: string): Counts {
  const selects: Selects = compileSelector(selector);
  const lists = selector.endsWith('/list');
  return (call, book) => {
    const { resource, action, facts } = call;
    if (resource.type === 'list' && !lists) return false;
    if (ENDS_SOMETHING.has(action)) return false;
    return selects(resource.backend, resource.id, () => book.effectOf(resource, facts.tool));
  };
}
