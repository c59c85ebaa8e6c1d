/** `${NAME}`, `${NAME:-default}`, `${NAME:?message}`; `$${` stands for a literal `${`. */
const REFERENCE = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?:(:-|:\?)([^}]*))?\}/g;

/** Values nobody would call secret; masking them would make every path unreadable. */
const PUBLIC = new Set([
  'PROJECT_DIR',
  'HOME',
  'USER',
  'LOGNAME',
  'PWD',
  'TMPDIR',
  'SHELL',
  'LANG',
  'PATH',
  'HOSTNAME',
]);
const SHORTEST_SECRET = 6;

/** A variable that is needed and not set. */
export class UnsetVariable extends Error {}

export interface Interpolated {
  readonly text: string;
  /** Values put in that must not be printed anywhere. */
  readonly secrets: readonly string[];
}

/** Replaces references in one scalar; throws {@link UnsetVariable} for a variable that is not set. */
export function interpolate(text: string, variables: Readonly<Record<string, string | undefined>>): Interpolated {
  const secrets: string[] = [];
  const replaced = text.replace(REFERENCE, (whole, name: string | undefined, kind: string | undefined, rest = '') => {
    if (name === undefined) return '${';
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (value !== undefined && (value !== '' || kind === undefined)) {
      if (!PUBLIC.has(name) && value.length >= SHORTEST_SECRET) secrets.push(value);
      return value;
    }
    if (kind === ':-') return rest;
    throw new UnsetVariable(kind === ':?' && rest !== '' ? `${name}: ${rest}` : `${name} is not set (in ${whole})`);
  });
  return { text: replaced, secrets };
}
