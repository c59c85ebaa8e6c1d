import { configFiles } from '../../lib/config/files/choose.ts';
import { folders } from '../../lib/config/folders.ts';
import { inOrder, showProblem } from '../../lib/config/problems.ts';
import { columns, EXIT, print, printError, printJson, shown } from '../output/print.ts';
import { anyCodeAllowed } from '../policy/any-code.ts';
import { compiledPolicy } from '../policy/compiled-policy.ts';
import { idleState } from '../policy/ground.ts';
import { readConfig } from '../read-config.ts';

export interface ValidateOptions {
  readonly config?: string;
  readonly profile?: 'balanced' | 'strict';
  readonly serve?: boolean;
  readonly json?: boolean;
}

/** Reads the config as `run` would and reports everything; throws the faults, prints the warnings. */
export async function validate(file: string | undefined, options: ValidateOptions): Promise<number> {
  const named = file ?? options.config;
  const read = await readConfig({
    config: named,
    overrides: { profile: options.profile, serving: options.serve },
  });
  await compiledPolicy(read, idleState());
  const { config } = read;
  const { classifier } = config.inspection.injection;
  if (classifier !== undefined) (await import('../policy/detectors.ts')).modelFiles(classifier, read.place);
  const warnings = inOrder([...read.warnings, ...anyCodeAllowed(config)]);
  const sources = { flag: named, env: process.env, folders: folders(), project: options.serve !== true };
  const files = configFiles(sources).map(({ path }) => path);
  if (options.json === true) {
    printJson({
      ok: true,
      files,
      problems: warnings,
      profile: config.profile,
      policy: config.revision,
      // Everything a profile names has a check.
      inactive: [],
    });
    return EXIT.ok;
  }
  for (const warning of warnings) printError(`${showProblem(warning)}\n`);
  const backends = `${config.backends.length} backend${config.backends.length === 1 ? '' : 's'}`;
  print(`ok: ${shown(files.join(' and '), 500)}: ${backends}, profile ${config.profile}, policy ${config.revision}`);
  print(
    columns(
      config.backends.map(({ name, era, enforce }) => [`  ${name}`, era, enforce ? 'enforced' : 'observed only']),
    ),
  );
  return EXIT.ok;
}
