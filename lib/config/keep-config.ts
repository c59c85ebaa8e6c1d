import { isDeepStrictEqual } from 'node:util';
import { keepFile } from '../model/kept-file.ts';
import type { Sources } from './files/choose.ts';
import { type KeyPath, valueAt } from './files/key-path.ts';
import { readPlain, readSource, type Source } from './files/source.ts';
import { validateSource } from './files/validate.ts';
import type { Folders } from './folders.ts';
import { type KeptConfig, keptPath, keyOf, layerOf, type Spots, textOf, theOne } from './kept-config.ts';
import { resolveConfig } from './resolve.ts';

/** Where a variable may stand in a config that is kept: the schema takes every text there that {@link layerOf} takes. */
export const OPEN: readonly string[] = [
  ...['command', 'args.*', 'env.*', 'cwd', 'url', 'headers.*', 'credentials.variables.*.value'].map(ofBackends),
  ...['allow', 'deny', 'require_approval', 'read_only'].map((list) => `policies.tools.*.paths.${list}.*`),
  'audit.dir',
  'log.file',
];

/** Configs of one user that are kept. */
const MOST_KEPT = 32;

/**
 * Reads the one file of a config with care and keeps it for `loadKept`, without what its variables stand for. Nothing is
 * kept of a file with a fault or with a secret written out in it, nor of one that would not come back the very same.
 */
export function keepConfig(sources: Sources, build: string): void {
  const file = theOne(sources);
  if (file === undefined) return;
  const text = textOf(file.path);
  const variables = { ...sources.env, PROJECT_DIR: sources.folders.projectDir };
  const kept = keepable(file.path, text, variables);
  if (kept === undefined || holdsSecrets(kept, sources.folders)) return;
  const whole: KeptConfig = { key: keyOf(file.path, text, build), ...kept };
  keepFile(keptPath(sources.folders, file.path), Buffer.from(JSON.stringify(whole), 'utf8'), MOST_KEPT);
}

function ofBackends(key: string): string {
  return `backends.*.${key}`;
}

/** What is kept of a file; undefined for one that is read with care each time. */
export function keepable(
  file: string,
  text: string,
  variables: Readonly<Record<string, string | undefined>>,
): Omit<KeptConfig, 'key'> | undefined {
  const source = readSource(file, text, variables);
  const { config, problems } = validateSource(source);
  if (config === undefined || problems.length > 0 || !isDeepStrictEqual(config, source.value)) return undefined;
  const plain = readPlain(text);
  const open = [...referencesIn(plain, [])];
  if (!open.every((path) => OPEN.some((place) => isAt(place.split('.'), path)))) return undefined;
  const written = structuredClone(config);
  for (const path of open) put(written, path, valueAt(plain, path));
  if (!isDeepStrictEqual(written, plain)) return undefined;
  const kept = { config: written, open, spots: spotsOf(source, config, [], undefined) };
  const back = JSON.parse(JSON.stringify(kept)) as typeof kept;
  if (!isDeepStrictEqual(back, kept)) return undefined;
  return isDeepStrictEqual(layerOf(file, back, variables)?.config, config) ? kept : undefined;
}

/** Whether a secret is written out in it: there is to be no copy of one. */
function holdsSecrets({ config }: Omit<KeptConfig, 'key'>, folders: Folders): boolean {
  const source: Source = { file: '', value: config, managed: false, secrets: [], problems: [], where: () => '' };
  const { secrets } = resolveConfig([{ source, config }], {}, folders).config;
  return secrets.some((secret) => !secret.includes('${'));
}

function* referencesIn(value: unknown, path: KeyPath): Generator<KeyPath> {
  if (typeof value === 'string' && value.includes('${')) yield path;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value))
    yield* referencesIn(inner, [...path, Array.isArray(value) ? Number(key) : key]);
}

function isAt(place: readonly string[], path: KeyPath): boolean {
  return place.length === path.length && place.every((step, index) => step === '*' || step === path[index]);
}

function put(value: unknown, path: KeyPath, text: unknown): void {
  (valueAt(value, path.slice(0, -1)) as Record<string, unknown>)[path.at(-1)!] = text;
}

function spotsOf(source: Source, value: unknown, path: KeyPath, key: string | undefined): Spots {
  const spot = (where: string) => where.slice(source.file.length + 1);
  const at = spot(source.where(path));
  const ofKey = key === undefined ? {} : { key: spot(source.where(path.slice(0, -1), key)) };
  if (typeof value !== 'object' || value === null) return { at, ...ofKey };
  const isList = Array.isArray(value);
  const inner = Object.entries(value).map(([name, member]) => {
    const step = isList ? Number(name) : name;
    return [name, spotsOf(source, member, [...path, step], isList ? undefined : name)] as const;
  });
  return { at, ...ofKey, in: Object.fromEntries(inner) };
}
