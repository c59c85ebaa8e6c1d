import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Sources } from '../../../lib/config/files/choose.ts';
import { loadConfig } from '../../../lib/config/load.ts';
import type { Overrides } from '../../../lib/config/overrides.ts';
import { ConfigError, type Problem } from '../../../lib/config/problems.ts';
import { temporaryFolder } from '../folder.ts';

export interface Files {
  /** Text of the file given with `--config`. */
  readonly flag?: string;
  /** Text of the file `$SALLYPORT_CONFIG` names. */
  readonly variable?: string;
  /** Text of the user's own config. */
  readonly user?: string;
  /** Text of the administrator's config. */
  readonly managed?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Loads a config from files made for one test; their names are `flag.yaml`, `variable.yaml` and so on. */
export function load(t: TestContext, files: Files, overrides: Overrides = {}): ReturnType<typeof loadConfig> {
  const home = temporaryFolder(t);
  const write = (name: string, text: string | undefined) => {
    if (text !== undefined) writeFileSync(join(home, name), text);
    return join(home, name);
  };
  const variable = write('variable.yaml', files.variable);
  const sources: Sources = {
    flag: files.flag === undefined ? undefined : write('flag.yaml', files.flag),
    env: { ...files.env, ...(files.variable === undefined ? {} : { SALLYPORT_CONFIG: variable }) },
    managed: write('managed.yaml', files.managed),
    folders: {
      configFile: write('user.yaml', files.user),
      stateDir: join(home, 'state'),
      auditDir: join(home, 'state', 'audit'),
      logDir: join(home, 'state', 'log'),
      fallbackDir: join(home, 'tmp'),
      homeDir: '/home/ana',
      projectDir: '/home/ana/project',
    },
  };
  mkdirSync(join(home, 'state'), { recursive: true });
  return loadConfig(sources, overrides);
}

/** The faults of a config given with `--config`, each as `CODE line:column message`. */
export function faultsOf(t: TestContext, text: string, env: Readonly<Record<string, string>> = {}): string[] {
  return problemsOf(t, { flag: text, env }).map(
    ({ code, where, message }) => `${code} ${where.replace(/^.*flag\.yaml:?/, '')} ${message}`,
  );
}

export function problemsOf(t: TestContext, files: Files): readonly Problem[] {
  try {
    load(t, files);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}
