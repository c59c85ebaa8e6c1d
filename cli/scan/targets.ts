import { existsSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { type ClientEntry, entriesIn } from '../../lib/clients/entries.ts';
import { parseJsonc } from '../../lib/clients/jsonc.ts';
import { CLIENTS, type ClientName, clientFiles, type Machine } from '../../lib/clients/places.ts';
import { configFiles } from '../../lib/config/files/choose.ts';
import { expandHome, folders } from '../../lib/config/folders.ts';
import { nearest } from '../../lib/config/problems.ts';
import type { RawBackend } from '../../lib/config/schema/schema.ts';
import type { Launch } from '../../lib/scan/subject.ts';
import { CommandError, readText } from '../output/print.ts';
import { readConfig } from '../read-config.ts';
import { serverName } from './server-name.ts';

/** A server that is to be looked at, and what it takes to start it. */
export interface Target {
  /** What it is called where it was found; unique among the targets. */
  readonly name: string;
  readonly file: string | undefined;
  readonly launch: Launch;
  /** How it is configured for one start; undefined for a backend of our own config. */
  readonly only: RawBackend | undefined;
  /** Values from the environment, which are never printed. */
  readonly secrets: readonly string[];
  /** Why it cannot be started; undefined when it can. */
  readonly unusable: string | undefined;
}

const NOTHING: Pick<Launch, 'env' | 'cwd' | 'url' | 'headers'> = {
  env: {},
  cwd: undefined,
  url: undefined,
  headers: {},
};
const MOST_CONFIG_BYTES = 4 * 1024 * 1024;

/** What the words of the command line stand for: a client by its name, or the command of a server. */
export async function targetsOf(words: readonly string[], config: string | undefined): Promise<Target[]> {
  if (config !== undefined || words.length === 0) {
    if (words.length > 0) throw new CommandError('choose one of --config, a client, and a command behind `--`');
    return configured(config);
  }
  const [first, ...rest] = words as readonly [string, ...string[]];
  if (rest.length === 0 && (CLIENTS as readonly string[]).includes(first)) return clientTargets(first as ClientName);
  if (rest.length === 0 && isBareWord(first)) throw new CommandError(unknownClient(first));
  return [commandTarget(first, rest)];
}

/** A word that is neither a path nor a program with arguments is a client somebody misspelt more often than a server. */
function isBareWord(word: string): boolean {
  return /^[a-z-]+$/.test(word) && nearest(word, CLIENTS) !== undefined;
}

function unknownClient(word: string): string {
  return `no client is called "${word}"; did you mean "${nearest(word, CLIENTS)}"? Known are ${CLIENTS.join(', ')}`;
}

function commandTarget(command: string, args: readonly string[]): Target {
  const name = serverName(command, args);
  const launch = { ...NOTHING, command, args };
  const only = { name, command, args: [...args] };
  return { name, file: undefined, launch, only, secrets: [], unusable: undefined };
}

/** The backends of our own config. */
async function configured(flag: string | undefined): Promise<Target[]> {
  const { config } = await readConfig({ config: flag, overrides: {} });
  const own = configFiles({ flag, env: process.env, folders: folders(), project: true }).find(
    ({ kind }) => kind !== 'managed',
  );
  if (config.backends.length === 0) {
    const choices = `a client (${CLIENTS.join(', ')}), a command behind \`--\`, or --config FILE`;
    throw new CommandError(`the config has no backends; name what to scan: ${choices}`);
  }
  return config.backends.map(({ name, command, args, env, cwd, remote }) => ({
    name,
    file: own?.path,
    launch: { command, args, env, cwd, url: remote?.url, headers: remote?.headers ?? {} },
    only: undefined,
    secrets: config.secrets,
    unusable: undefined,
  }));
}

/** The servers of a client, from the files of the user and of the project in this folder. */
function clientTargets(client: ClientName): Target[] {
  const { homeDir, projectDir = process.cwd() } = folders();
  const machine: Machine = { platform: process.platform, home: homeDir, project: projectDir, env: process.env };
  const files = clientFiles(client, machine);
  // The home folder may be the project as well, whose file is then that of the user.
  const found = files.filter(
    ({ path }, at) => existsSync(path) && files.findIndex((file) => file.path === path) === at,
  );
  const targets = found.flatMap(({ path, under, scope }) =>
    entriesIn(parsed(path), under, { env: process.env, home: homeDir, project: projectDir }).map((entry) =>
      clientTarget(entry, path, scope === 'project' ? projectDir : undefined),
    ),
  );
  if (targets.length > 0) return named(targets);
  const looked = files.map(({ path }) => path).join(', ');
  throw new CommandError(
    found.length === 0 ? `${client} has no config here; looked at ${looked}` : `${client} has no servers in ${looked}`,
  );
}

function parsed(path: string): unknown {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > MOST_CONFIG_BYTES) {
    throw new CommandError(`${path} is larger than ${MOST_CONFIG_BYTES} bytes, so it is not read`);
  }
  try {
    return parseJsonc(readText(path));
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw new CommandError(`${path} is no JSON: ${(error as Error).message}`);
  }
}

function clientTarget(entry: ClientEntry, file: string, project: string | undefined): Target {
  const { command, args, passed } = unwrapped(entry);
  const { url, headers, env } = entry;
  const cwd = expandHome(entry.cwd) ?? project;
  const launch: Launch = { command, args, env, cwd, url, headers };
  const name = serverName(entry.name, []);
  // What a client sets for a server is for that server, so it gets all of it.
  const started = { name, command, args: [...args], env: { ...env }, pass_env: passed };
  const reached = { name, url: url ?? '', headers: { ...headers } };
  const only: RawBackend = url === undefined ? { ...started, ...(cwd === undefined ? {} : { cwd }) } : reached;
  return {
    name: entry.name,
    file,
    launch,
    only,
    secrets: entry.values,
    unusable: entry.unusable ?? ours(command, args),
  };
}

/** The server behind a `wrap` of ours, since it is the server that is looked at and not what we let through. */
function unwrapped({ command, args }: Pick<ClientEntry, 'command' | 'args'>): {
  readonly command: string;
  readonly args: readonly string[];
  readonly passed: string[];
} {
  const whole = [command, ...args];
  const at = whole.indexOf('--');
  const before = whole.slice(0, at);
  const wraps = at !== -1 && before.includes('wrap') && before.some(isSallyport);
  if (!wraps || whole[at + 1] === undefined) return { command, args, passed: [] };
  const passed = before.flatMap((word, index) => (before[index - 1] === '--pass-env' ? word.split(',') : []));
  return { command: whole[at + 1]!, args: whole.slice(at + 2), passed };
}

function isSallyport(word: string): boolean {
  return /^sallyport(?:\.cjs|\.cmd|@.*)?$/.test(basename(word));
}

function ours(command: string, args: readonly string[]): string | undefined {
  const isRun = [command, ...args].some(isSallyport) && args.some((arg) => arg === 'run' || arg === 'serve');
  return isRun ? 'it is Sallyport itself: scan its config with --config' : undefined;
}

/** Two files may have the same name for different servers. */
function named(targets: readonly Target[]): Target[] {
  const counts = new Map<string, number>();
  return targets.map((target) => {
    const count = (counts.get(target.name) ?? 0) + 1;
    counts.set(target.name, count);
    return count === 1 ? target : { ...target, name: `${target.name} (${count})` };
  });
}
