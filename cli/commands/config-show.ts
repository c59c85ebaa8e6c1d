import { safeJson } from '../../lib/model/safe-json.ts';
import { createMask } from '../../lib/observe/mask.ts';
import { readConfig } from '../compose.ts';
import { columns, EXIT, print, printJson } from '../print.ts';

export interface ConfigShowOptions {
  readonly config?: string;
  readonly profile?: 'balanced' | 'strict';
  readonly resolved?: boolean;
  readonly origin?: boolean;
  readonly json?: boolean;
}

/** Prints the settings in force, secrets masked; without `--resolved` only those a file or a flag sets. */
export async function configShow(options: ConfigShowOptions): Promise<number> {
  const { config, settings } = await readConfig({
    config: options.config,
    overrides: { profile: options.profile },
  });
  const mask = createMask(config.secrets);
  const chosen = settings.filter(
    ({ origin, value }) => value !== undefined && (options.resolved === true || !origin.startsWith('default')),
  );
  if (options.json === true) {
    printJson({
      policy: config.revision,
      settings: chosen.map(({ path, value, origin }) => ({
        path,
        value: JSON.parse(mask(safeJson(value))),
        origin,
      })),
    });
    return EXIT.ok;
  }
  const rows = chosen.map(({ path, value, origin }) => [
    `${path}:`,
    mask(safeJson(value)),
    ...(options.origin === true ? [`# ${origin}`] : []),
  ]);
  print(columns(rows));
  return EXIT.ok;
}
