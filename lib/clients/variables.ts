/** What the variables of a client's config stand for. */
export interface Known {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly project: string;
}

export interface PutIn {
  readonly text: string;
  /** Values that came from the environment: they may be secrets. */
  readonly values: readonly string[];
  /** What could not be put in, as it is written. */
  readonly missing: readonly string[];
}

/** `${VAR}` and `${VAR:-default}` of Claude Code, `${env:VAR}`, `${input:id}` and folders of editors. */
const VARIABLE = /\$\{(?:(env|input|command|config):)?([^}:]+)(?::-([^}]*))?\}/g;

/** A text of a client's config as the client would use it. */
export function putIn(text: string, { env, home, project }: Known): PutIn {
  const values: string[] = [];
  const missing: string[] = [];
  const folders: Readonly<Record<string, string>> = {
    workspaceFolder: project,
    workspaceRoot: project,
    projectRoot: project,
    userHome: home,
    pathSeparator: '/',
    '/': '/',
  };
  const whole = text.replace(VARIABLE, (written: string, kind: string | undefined, name: string, usual?: string) => {
    if (kind === undefined && Object.hasOwn(folders, name)) return folders[name]!;
    const value = kind === undefined || kind === 'env' ? env[name] || usual : undefined;
    if (value === undefined) {
      missing.push(written);
      return written;
    }
    if (value !== usual) values.push(value);
    return value;
  });
  return { text: whole, values, missing };
}
