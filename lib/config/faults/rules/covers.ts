/** Whether everything `narrow` matches is surely matched by `wide`; false when that is not plain to see. */
export type Covers = (wide: string, narrow: string) => boolean;

const WILD = /[*?{[]/;

/** One for each kind of pattern. */
export const COVERS: Readonly<Record<'paths' | 'sql' | 'commands' | 'domains', Covers>> = {
  paths: (wide, narrow) => {
    const root = wide.replace(/\/\*\*$/, '');
    if (wide === '**' || wide === narrow) return true;
    return !WILD.test(root) && (narrow === root || narrow.startsWith(`${root.replace(/\/$/, '')}/`));
  },
  sql: (wide, narrow) => wide.toUpperCase() === narrow.toUpperCase(),
  commands: (wide, narrow) => {
    if (wide === narrow || wide === '*') return true;
    if (!wide.endsWith(' *')) return false;
    const head = wide.slice(0, -2);
    return !WILD.test(head) && !narrow.includes('|') && (narrow === head || narrow.startsWith(`${head} `));
  },
  domains: (wide, narrow) => {
    const [w, n] = [wide.toLowerCase(), narrow.toLowerCase()];
    if (w === n || w === '*') return true;
    const suffix = /^\*\.(?<rest>[^*?{]+)$/.exec(w)?.groups?.rest;
    return suffix !== undefined && n.endsWith(`.${suffix}`);
  },
};
