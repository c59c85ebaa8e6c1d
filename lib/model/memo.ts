const MOST_KEPT = 2000;
/** Names are short; a long text is somebody's way to fill memory, and comes once. */
const LONGEST_KEPT = 256;

/** What `find` makes of a name, kept for the next time: names of arguments come again and again. */
export function byName<T extends {}>(find: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>();
  return (name) => {
    if (name.length > LONGEST_KEPT) return find(name);
    let found = known.get(name);
    if (found === undefined) {
      found = find(name);
      if (known.size >= MOST_KEPT) known.clear();
      known.set(name, found);
    }
    return found;
  };
}
