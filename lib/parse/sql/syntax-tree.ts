/** A node of a syntax tree as JSON gives it. */
export type Tree = Readonly<Record<string, unknown>>;

/** Trees deeper than this are refused, so that no walk runs out of stack. */
const DEEPEST = 3000;

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function treeAt(node: Tree, ...keys: readonly string[]): Tree | undefined {
  let value: unknown = node;
  for (const key of keys) value = isTree(value) ? value[key] : undefined;
  return isTree(value) ? value : undefined;
}

export function listAt(node: Tree, key: string): readonly unknown[] {
  const value = node[key];
  return Array.isArray(value) ? value : [];
}

/** Whether `found` is true of any key and value in the tree. */
export function somewhere(node: unknown, found: (key: string, value: unknown) => boolean): boolean {
  const open: unknown[] = [node];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next !== 'object' || next === null) continue;
    for (const [key, value] of Object.entries(next)) {
      if (found(key, value)) return true;
      open.push(value);
    }
  }
  return false;
}

export function isTooDeep(node: object): boolean {
  let level: object[] = [node];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST) return true;
    const below: object[] = [];
    for (const each of level) {
      for (const value of Object.values(each)) if (typeof value === 'object' && value !== null) below.push(value);
    }
    level = below;
  }
  return false;
}
