import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { asObject } from '../model/json.ts';
import { keptFile } from '../model/kept-file.ts';
import { type Loaded, toLoaded } from './conclude.ts';
import { type ConfigFile, configFiles, MOST_BYTES, type Sources } from './files/choose.ts';
import { interpolate } from './files/interpolate.ts';
import type { KeyPath } from './files/key-path.ts';
import type { Layer } from './files/reading.ts';
import { cacheDir, type Folders } from './folders.ts';
import type { Overrides } from './overrides.ts';
import { remoteFaults } from './schema/remote-faults.ts';
import type { RawConfig } from './schema/schema.ts';

/** The schema takes no longer texts in rules. */
const LONGEST_RULE = 512;

/** Where a value stands, as `line:column`, its key, and what is in it. */
export interface Spots {
  readonly at: string;
  readonly key?: string;
  readonly in?: Readonly<Record<string, Spots>>;
}

/** A config file that was read and found without fault, as it is kept. Its variables stand in it as they are written. */
export interface KeptConfig {
  /** {@link keyOf} its bytes. */
  readonly key: string;
  readonly config: RawConfig;
  /** Where variables stand, each where every text but an empty one is as good as another. */
  readonly open: readonly KeyPath[];
  readonly spots: Spots;
}

/**
 * The config as `loadConfig` gives it, without YAML and the schema, where its one file was read before, byte for byte, by the
 * same `build`. Undefined where that is not so, where there is any fault in it, and wherever else than in that one file
 * something of the config stands: what an administrator or a project says is always read afresh.
 */
export function loadKept(sources: Sources, overrides: Overrides, build: string): Loaded | undefined {
  try {
    const file = theOne(sources);
    if (file === undefined) return undefined;
    const text = textOf(file.path);
    const body = keptFile(keptPath(sources.folders, file.path));
    const kept = body && (JSON.parse(body.toString('utf8')) as KeptConfig);
    if (kept?.key !== keyOf(file.path, text, build)) return undefined;
    const layer = layerOf(file.path, kept, { ...sources.env, PROJECT_DIR: sources.folders.projectDir });
    return layer && toLoaded({ layers: [layer], problems: [], warnings: [] }, overrides, sources.folders);
  } catch {
    // Faults are told by whoever reads with care.
    return undefined;
  }
}

/** The only file of a config, if it is one the user has chosen. */
export function theOne(sources: Sources): ConfigFile | undefined {
  const [file, ...others] = sources.also === undefined ? configFiles(sources) : [];
  return file?.kind === 'chosen' && others.length === 0 ? file : undefined;
}

export function textOf(path: string): string {
  if (statSync(path).size > MOST_BYTES) throw new Error(`${path} is too large`);
  return readFileSync(path, 'utf8');
}

/** One for each file, so that a config that was edited takes the place of what it was. */
export function keptPath(folders: Folders, path: string): string {
  return join(cacheDir(folders), `config-${hashOf(resolve(path)).slice(0, 32)}`);
}

export function keyOf(path: string, text: string, build: string): string {
  return hashOf(JSON.stringify([build, resolve(path), text]));
}

/** Undefined where a variable is not set, or stands for what the schema could refuse. */
export function layerOf(
  file: string,
  { config, open, spots }: Omit<KeptConfig, 'key'>,
  variables: Readonly<Record<string, string | undefined>>,
): Layer | undefined {
  const secrets: string[] = [];
  for (const path of open) {
    const holder = path.slice(0, -1).reduce<unknown>((inner, step) => (inner as Record<string, unknown>)[step], config);
    const key = path.at(-1)!;
    const done = interpolate((holder as Record<string, string>)[key]!, variables);
    if (done.text === '' || (done.text.length > LONGEST_RULE && path[0] !== 'backends')) return undefined;
    (holder as Record<string, string>)[key] = done.text;
    secrets.push(...done.secrets);
  }
  if ((config.backends ?? []).some((backend) => remoteFaults(backend).length > 0)) return undefined;
  const where = (path: KeyPath, key?: string) => `${file}:${spotOf(spots, path, key)}`;
  return { source: { file, value: config, managed: false, secrets, problems: [], where }, config };
}

/** As far as the path goes. */
function spotOf(spots: Spots, path: KeyPath, key: string | undefined): string {
  let at = spots;
  for (const step of path) {
    const next = inside(at, String(step));
    if (next === undefined) break;
    at = next;
  }
  return (key === undefined ? undefined : inside(at, key)?.key) ?? at.at;
}

function inside({ in: inner }: Spots, step: string): Spots | undefined {
  return inner !== undefined && asObject(inner) && Object.hasOwn(inner, step) ? inner[step] : undefined;
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
