import type { Layer } from '../../../lib/config/files/reading.ts';
import { readSource } from '../../../lib/config/files/source.ts';
import { validateSource } from '../../../lib/config/files/validate.ts';
import type { Overrides } from '../../../lib/config/overrides.ts';
import type { Problem } from '../../../lib/config/problems.ts';
import { type Resolved, resolveConfig } from '../../../lib/config/resolve.ts';
import type { Config } from '../../../lib/model/config.ts';
import type { Effect } from '../../../lib/model/decision.ts';

const FOLDERS = {
  configFile: '/home/ana/.config/sallyport/sallyport.yaml',
  stateDir: '/home/ana/.local/state/sallyport',
  auditDir: '/home/ana/.local/state/sallyport/audit',
  logDir: '/home/ana/.local/state/sallyport/log',
  fallbackDir: '/tmp/sallyport-1000',
  homeDir: '/home/ana',
  projectDir: '/home/ana/project',
};

export interface ConfigTexts {
  /** The user's own file. */
  readonly config?: string | undefined;
  /** The administrator's, which is merged over it. */
  readonly managed?: string | undefined;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** What is wrong with a text, as `validate` would say it. */
export function problemsIn(text: string, env: Readonly<Record<string, string>> = {}): readonly Problem[] {
  return validateSource(readSource('sallyport.yaml', text, env)).problems;
}

/** The config in force for these files and flags; a fault in any of them fails the test. */
export function configOf({ config, managed, env = {} }: ConfigTexts, overrides: Overrides = {}): Resolved {
  const layers: Layer[] = [];
  for (const [file, text] of [
    ['sallyport.yaml', config],
    ['managed.yaml', managed],
  ] as const) {
    if (text === undefined) continue;
    const source = readSource(file, text, env, file === 'managed.yaml');
    const { config: raw, problems } = validateSource(source);
    if (raw === undefined) throw new Error(problems.map(({ message, where }) => `${message} (${where})`).join('\n'));
    layers.push({ source, config: raw });
  }
  return resolveConfig(layers, overrides, FOLDERS);
}

const STRICTNESS = { allow: 0, require_approval: 1, deny: 2 };

/** What happens to a thing nothing grants. */
export function defaultOf({ defaults }: Config): Effect {
  return defaults.map(({ effect }) => effect).reduce((a, b) => (STRICTNESS[a] >= STRICTNESS[b] ? a : b));
}
