/** An object that is filled in by paths such as `actor.user.uid` or `resources.0.name`. */
export type Tree = { [key: string]: unknown };

/** Puts `value` where `path` says. What stands there already stays: the first to speak counts. */
export function put(tree: Tree, path: string, value: unknown): boolean {
  const steps = path.split('.');
  let here: Tree = tree;
  for (const [index, step] of steps.slice(0, -1).entries()) {
    if (!Object.hasOwn(here, step)) here[step] = /^\d+$/.test(steps[index + 1]!) ? [] : {};
    here = here[step] as Tree;
    if (typeof here !== 'object' || here === null) return false;
  }
  const last = steps.at(-1)!;
  if (Object.hasOwn(here, last)) return false;
  Object.defineProperty(here, last, { value, enumerable: true, configurable: true, writable: true });
  return true;
}

/** Puts a member no path is known for under `place`, by its own name or one like it that is free. */
export function putAside(tree: Tree, place: string, name: string, value: unknown): void {
  const plain = name.replaceAll('.', '_');
  for (let key = plain; !put(tree, `${place}.${key}`, value); key += '_');
}
