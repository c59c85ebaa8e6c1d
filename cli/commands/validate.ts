import { showProblem } from '../../lib/config/problems.ts';
import { readConfig } from '../compose.ts';
import { columns, EXIT, print, printError, printJson } from '../print.ts';

export interface ValidateOptions {
  readonly config?: string;
  readonly profile?: 'balanced' | 'strict';
  readonly json?: boolean;
}

/** Parts of the profiles that wait for a check of a later version; they do nothing yet. */
const INACTIVE = ['registry', 'paths', 'sql', 'commands', 'domains', 'injection', 'secrets', 'effects', 'sandbox'];

/** Reads the config as `run` would and reports everything; throws the faults, prints the warnings. */
export async function validate(file: string | undefined, options: ValidateOptions): Promise<number> {
  const { config, warnings } = await readConfig({
    config: file ?? options.config,
    overrides: { profile: options.profile },
  });
  if (options.json === true) {
    printJson({
      ok: true,
      problems: warnings,
      profile: config.profile,
      policy: config.revision,
      inactive: INACTIVE,
    });
    return EXIT.ok;
  }
  for (const warning of warnings) printError(`${showProblem(warning)}\n`);
  print(
    `ok: ${config.backends.length} backend${config.backends.length === 1 ? '' : 's'}, profile ${config.profile}, policy ${config.revision}`,
  );
  print(
    columns(
      config.backends.map(({ name, era, enforce }) => [`  ${name}`, era, enforce ? 'enforced' : 'observed only']),
    ),
  );
  print(`not active in this version, though the profile names it: ${INACTIVE.join(', ')} (SP1105)`);
  return EXIT.ok;
}
