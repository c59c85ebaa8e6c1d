/** Why a change deserves a second look. */
export type ChangeFlag =
  /** Adds a sentence that reads as an order to the model. */
  | 'instruction'
  /** Adds a parameter that was not declared before: models fill it in. */
  | 'parameter'
  /** Adds characters nobody sees. */
  | 'hidden'
  /** Names an address on the network. */
  | 'address'
  /** Says that the tool does less harm than it said before. */
  | 'softer'
  /** Takes arguments it does not declare, or more of them. */
  | 'open'
  /** Is longer than what is shown of it. */
  | 'long';

/** Characters of one text that people are shown. */
export const LONGEST_SHOWN = 4000;

/** One difference between two definitions, in the terms of whoever reads them. */
export interface Change {
  /** JSON pointer to it, in the definition that has it. */
  readonly at: string;
  /** What it is about: `description`, ``parameter `path` ``. */
  readonly what: string;
  readonly how: 'added' | 'removed' | 'changed';
  /** Text or JSON before and after; undefined where there is none. It is as it came: print it with `printable`. */
  readonly was: string | undefined;
  readonly now: string | undefined;
  readonly flags: readonly ChangeFlag[];
}

/** What a flag means, for people. */
export const FLAG_WORDS: Readonly<Record<ChangeFlag, string>> = {
  instruction: 'reads as an order to the model',
  parameter: 'a parameter that was not declared before',
  hidden: 'has characters nobody sees',
  address: 'names an address',
  softer: 'says it does less harm than before',
  open: 'takes arguments it does not declare',
  long: 'is too long to be shown whole',
};

/** Steps from the definition to a value of it. */
export type Way = readonly string[];

/** What stands at `way`, as people call it. */
export function nameOf(way: Way): string {
  const [first, ...rest] = way;
  if (first === 'inputSchema') return schemaName('parameter', 'input', rest);
  if (first === 'outputSchema') return schemaName('result field', 'result', rest);
  if (first === 'arguments' && rest.length > 0) return [`argument \`${rest[0]}\``, ...rest.slice(1)].join(' ');
  return way.join('.');
}

function schemaName(member: string, whole: string, way: Way): string {
  const names: string[] = [];
  let at = 0;
  while (way[at] === 'properties' && way[at + 1] !== undefined) {
    names.push(way[at + 1]!);
    at += 2;
    while (way[at] === 'items' && way[at + 1] === 'properties') at++;
  }
  const owner = names.length === 0 ? whole : `${member} \`${names.join('.')}\``;
  return [owner, way.slice(at).join('.')].filter((part) => part !== '').join(' ');
}
