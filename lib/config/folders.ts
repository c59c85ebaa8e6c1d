import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import envPaths from 'env-paths';

/** The file an administrator puts above every user's config. */
export const MANAGED_CONFIG = '/etc/sallyport/config.yaml';

/** Where Sallyport keeps what is its own; nothing is made before it is needed. */
export interface Folders {
  readonly configFile: string;
  readonly stateDir: string;
  readonly auditDir: string;
  readonly logDir: string;
  /** Stands in for the state folder where the home is read-only. */
  readonly fallbackDir: string;
  readonly homeDir: string;
  /** What the client says the project is, else where we were started; absolute. */
  readonly projectDir: string | undefined;
}

export function folders(
  platform: NodeJS.Platform = process.platform,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Folders {
  const paths = envPaths('sallyport', { suffix: '' });
  const stateDir = platform === 'linux' ? paths.log : paths.data;
  return {
    configFile: join(paths.config, 'sallyport.yaml'),
    stateDir,
    auditDir: join(stateDir, 'audit'),
    logDir: join(stateDir, 'log'),
    fallbackDir: join(tmpdir(), `sallyport-${process.getuid?.() ?? -1}`),
    homeDir: homedir(),
    projectDir: resolve(env.CLAUDE_PROJECT_DIR || process.cwd()),
  };
}

/** What can be made anew at any time is kept here, below the folder that no call and no sandbox reaches. */
export function cacheDir({ stateDir }: Folders): string {
  return join(stateDir, 'cache');
}

/** A path that may begin with `~/`, as a shell would read it. */
export function expandHome<T extends string | undefined>(path: T): T {
  return (path?.startsWith('~/') ? join(homedir(), path.slice(2)) : path) as T;
}
