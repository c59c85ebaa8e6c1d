import { maskValue } from '../../lib/model/mask.ts';
import { safeJson } from '../../lib/model/safe-json.ts';
import { maskFor } from '../output/known-secrets.ts';
import { columns, EXIT, print, printJson } from '../output/print.ts';
import { readConfig } from '../read-config.ts';

export interface ConfigShowOptions {
  readonly config?: string;
  readonly profile?: 'balanced' | 'strict';
  readonly serve?: boolean;
  readonly resolved?: boolean;
  readonly origin?: boolean;
  readonly json?: boolean;
}

/** Prints the settings in force, secrets masked; without `--resolved` only those a file or a flag sets. */
export async function configShow(options: ConfigShowOptions): Promise<number> {
  const { config, settings } = await readConfig({
    config: options.config,
    overrides: { profile: options.profile, serving: options.serve },
  });
  const mask = maskFor(config.secrets, { personal: false });
  const chosen = settings.filter(
    ({ origin, value }) => value !== undefined && (options.resolved === true || !origin.startsWith('default')),
  );
  if (options.json === true) {
    printJson({
      policy: config.revision,
      settings: chosen.map(({ path, value, origin }) => ({
        path,
        value: maskValue(value, mask),
        origin,
      })),
    });
    return EXIT.ok;
  }
  const rows = chosen.map(({ path, value, origin }) => [
    `${path}:`,
    safeJson(maskValue(value, mask)),
    ...(options.origin === true ? [`# ${origin}`] : []),
  ]);
  print(columns(rows));
  return EXIT.ok;
}
