import { readFileSync } from 'node:fs';
import { recommend as draftPolicy, type Recommendation } from '../../lib/authoring/recommend/recommend.ts';
import { configFiles } from '../../lib/config/files/choose.ts';
import { readPlain, readSource } from '../../lib/config/files/source.ts';
import { validateSource } from '../../lib/config/files/validate.ts';
import { folders } from '../../lib/config/folders.ts';
import { ConfigError } from '../../lib/config/problems.ts';
import { resolveConfig } from '../../lib/config/resolve.ts';
import { asObject, type Json } from '../../lib/model/json.ts';
import { callsOf, type LogOptions, shapesFor } from '../audit/recorded-log.ts';
import { EXIT, print, printError, printJson } from '../output/print.ts';
import { groundAlone } from '../policy/ground.ts';
import { readConfig } from '../read-config.ts';

export interface RecommendOptions extends LogOptions {
  readonly live?: boolean;
  readonly json?: boolean;
}

/** Prints the narrowest config that allows what a log shows, with the evidence. */
export async function recommend(options: RecommendOptions): Promise<number> {
  const calls = await callsOf(options);
  const own = ownConfig(options.config);
  const secrets = own === undefined ? [] : (await readConfig({ config: options.config, overrides: {} })).config.secrets;
  const drafted = await draftPolicy(calls, {
    raw: own ?? {},
    secrets,
    shapes: await shapesFor(calls, options),
    load: (text) => groundAlone(configOf(text)),
  });
  const { same, flips, unknown } = drafted.replayed;
  if (options.json === true) {
    printJson({ config: drafted.text, same, changed: flips.length, unknown: unknown.length, tools: toolsOf(drafted) });
  } else {
    print(drafted.text.trimEnd());
    printError(
      `of ${calls.length} calls ${same} are decided the same, ${flips.length} change, ${unknown.length} are not known`,
    );
  }
  return EXIT.ok;
}

/** The config the draft takes the place of, as it is written. */
function ownConfig(flag: string | undefined): Json | undefined {
  const files = configFiles({ flag, env: process.env, folders: folders(), project: true });
  const own = files.find(({ kind }) => kind !== 'managed');
  return own === undefined ? undefined : asObject(readPlain(readFileSync(own.path, 'utf8')));
}

/** A draft as it would be read from a file. */
function configOf(text: string) {
  const places = folders();
  const source = readSource('recommended.yaml', text, { ...process.env, PROJECT_DIR: places.projectDir });
  const { config, problems } = validateSource(source);
  if (config === undefined) throw new ConfigError(problems);
  return resolveConfig([{ source, config }], {}, places).config;
}

function toolsOf({ observed }: Recommendation) {
  return observed.map(({ type, backend, id, allowed, asked, refused }) => ({
    type,
    resource: `${backend}/${id}`,
    allowed: allowed.length,
    asked: asked.length,
    refused: refused.length,
  }));
}
