import type { Node } from './json-text.ts';

/** What is wrong with a value, and where. */
export class ShapeFault extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** The members of an object under known keys; a key that is missing, unless it ends in `?`, and any other is a fault. */
export function membersOf<Key extends string>(
  node: Node,
  what: string,
  keys: readonly (Key | `${Key}?`)[],
): Partial<Record<Key, Node>> {
  const known = new Set(keys.map((key) => key.replace('?', '')));
  const members = objectOf(node, what);
  const found: Partial<Record<string, Node>> = {};
  for (const [key, member] of members) {
    if (!known.has(key)) throw new ShapeFault(`unknown key ${JSON.stringify(key)} in ${what}`, member.at);
    found[key] = member.value;
  }
  const missing = keys.find((key) => !key.endsWith('?') && found[key] === undefined);
  if (missing !== undefined) throw new ShapeFault(`${what} has no \`${missing}\``, node.at);
  return found as Partial<Record<Key, Node>>;
}

export function objectOf(node: Node, what: string) {
  if (node.kind !== 'object') throw new ShapeFault(`${what} is no object`, node.at);
  return node.members;
}

export function elementsOf(node: Node, what: string): readonly Node[] {
  if (node.kind !== 'array') throw new ShapeFault(`${what} is no list`, node.at);
  return node.elements;
}

export function textOf(node: Node, what: string, form?: RegExp): string {
  if (node.kind !== 'string' || form?.test(node.value) === false) {
    throw new ShapeFault(`${what} is not ${form === undefined ? 'a text' : 'in its form'}`, node.at);
  }
  return node.value;
}

export function oneOf<Word extends string>(node: Node, what: string, words: readonly Word[]): Word {
  const text = textOf(node, what);
  if (!words.includes(text as Word)) throw new ShapeFault(`${what} is not one of ${words.join(', ')}`, node.at);
  return text as Word;
}
