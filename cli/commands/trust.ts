import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { configFiles } from '../../lib/config/files/choose.ts';
import { showPath } from '../../lib/config/files/key-path.ts';
import { findProjectFile } from '../../lib/config/files/project-file.ts';
import { readSource } from '../../lib/config/files/source.ts';
import { folders } from '../../lib/config/folders.ts';
import { ConfigError } from '../../lib/config/problems.ts';
import { tighten } from '../../lib/config/project/tighten.ts';
import { TrustStore } from '../../lib/config/project/trust-store.ts';
import { asObject } from '../../lib/model/json.ts';
import { CommandError, EXIT, print, printJson, shown } from '../output/print.ts';

export interface TrustOptions {
  /** Only say what is there. */
  readonly show?: boolean;
  readonly json?: boolean;
}

/** Believes the config of a project as it is now, and says what that lets it set. */
export function trust(file: string | undefined, { show, json }: TrustOptions): number {
  const { path, text, value } = readProjectFile(file);
  const store = new TrustStore(folders().configFile);
  const loosening = [...startable(value), ...tighten(value).ignored.map(showPath)];
  if (show !== true) store.trust(path, text, value);
  const state = store.of(path, text, value);
  if (json === true) {
    printJson({ ok: true, file: path, trust: state, sets: loosening });
    return EXIT.ok;
  }
  print(`${shown(path, 500)}: ${state}`);
  if (loosening.length > 0)
    print(`${state === 'trusted' ? 'it sets' : 'it would set'}: ${shown(loosening.join(', '), 2000)}`);
  print(state === 'trusted' ? 'any change of it ends this' : 'until it is trusted, it can only tighten');
  return EXIT.ok;
}

/** What a trusted file starts or reaches; an untrusted one may only name it, to say which backend it means. */
function startable(value: unknown): string[] {
  const backends = asObject(value)?.backends;
  return (Array.isArray(backends) ? backends : []).flatMap((backend: unknown, index) =>
    ['command', 'url']
      .filter((key) => asObject(backend)?.[key] !== undefined)
      .map((key) => `backends[${index}].${key}`),
  );
}

/** Believes it no longer. */
export function untrust(file: string | undefined, { json }: TrustOptions): number {
  const path = pathOf(file);
  const known = new TrustStore(folders().configFile).forget(path);
  if (json === true) printJson({ ok: true, file: path, was_trusted: known });
  else print(`${shown(path, 500)}: ${known ? 'no longer trusted' : 'was not trusted'}`);
  return EXIT.ok;
}

function readProjectFile(file: string | undefined): {
  readonly path: string;
  readonly text: string;
  readonly value: unknown;
} {
  const path = pathOf(file);
  const refused = findProjectFile(dirname(path))?.refused;
  if (refused !== undefined) throw new CommandError(`${path} cannot be trusted: ${refused}`);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new CommandError((error as Error).message);
  }
  const { value, problems } = readSource(path, text, { ...process.env, PROJECT_DIR: folders().projectDir });
  const broken = problems.filter(({ code }) => code !== 'SP1004');
  if (broken.length > 0) throw new ConfigError(broken);
  return { path, text, value };
}

/** The file that was named, else the one a gateway started here would find. */
function pathOf(file: string | undefined): string {
  if (file !== undefined) return resolve(file);
  const sources = { env: process.env, folders: folders(), project: true };
  const found = configFiles(sources).find(({ kind }) => kind === 'project')?.path;
  if (found === undefined) throw new CommandError('no config of a project was found here or above');
  return found;
}
