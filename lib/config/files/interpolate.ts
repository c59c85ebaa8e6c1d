import type { Code } from '../../model/codes.ts';

/** `${NAME}`, `${NAME:-default}`, `${NAME:?message}`; `$${` stands for a literal `${`. */
const REFERENCE = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?:(:-|:\?)([^}]*))?\}|\$\{/g;

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
  'LISTEN_ADDR',
  // Folders systemd has made for a service (systemd.exec).
  'RUNTIME_DIRECTORY',
  'STATE_DIRECTORY',
  'CACHE_DIRECTORY',
  'LOGS_DIRECTORY',
  'CONFIGURATION_DIRECTORY',
  'CREDENTIALS_DIRECTORY',
]);
const SHORTEST_SECRET = 6;

/** A reference that cannot be replaced. */
export class BadReference extends Error {
  readonly code: Code;
  readonly help: string | undefined;

  constructor(message: string, code: Code, help?: string) {
    super(message);
    this.code = code;
    this.help = help;
  }
}

const FORMS = 'Write `${VAR}`, `${VAR:-default}` or `${VAR:?message}`; `$${` stands for a literal `${`.';

export interface Interpolated {
  readonly text: string;
  /** Values put in that must not be printed anywhere. */
  readonly secrets: readonly string[];
}

/**
 * Replaces references in one scalar; throws a {@link BadReference} for a variable that is not set, and for what
 * begins like a reference and is none: passed on as it stands, it would surprise somebody later.
 */
export function interpolate(text: string, variables: Readonly<Record<string, string | undefined>>): Interpolated {
  const secrets: string[] = [];
  const replaced = text.replace(REFERENCE, (whole, name: string | undefined, kind: string | undefined, rest = '') => {
    if (whole === '$${') return '${';
    if (name === undefined || rest.includes('${'))
      throw new BadReference('"${" begins no known reference here', 'SP1005', FORMS);
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (value !== undefined && (value !== '' || kind === undefined)) {
      if (!PUBLIC.has(name) && value.length >= SHORTEST_SECRET) secrets.push(value);
      return value;
    }
    if (kind === ':-') return rest;
    const message = kind === ':?' && rest !== '' ? `${name}: ${rest}` : `${name} is not set (in ${whole})`;
    throw new BadReference(message, 'SP1004');
  });
  return { text: replaced, secrets };
}
