import type { BackendConfig, Limits } from '../../model/config.ts';
import type { Allowed, Lists, Pattern } from '../../model/lists.ts';
import { detectPreset } from '../../presets/detect.ts';
import { type KeyPath, showPath, valueAt } from '../files/key-path.ts';
import { type Layer, lineOf, type PlaceOf, type Reading } from '../files/reading.ts';
import { expandHome } from '../folders.ts';
import type { Overrides } from '../overrides.ts';
import type { RawBackend } from '../schema/schema.ts';
import { parseDuration, parseSize } from '../words/units.ts';
import { resolveRemote } from './remote.ts';
import { resolveCredentials, resolveSandbox, type SandboxGround } from './sandbox.ts';
import { either, least, preferring, smaller } from './stricter.ts';

/** Seconds a call may take under the strict profile. */
export const STRICT_TIMEOUT_SECS = 30;
/** Marks a limit a backend shares with all, which is not shown again. */
const COMMON = 'limits';

type Kind = 'tools' | 'prompts' | 'resources';
/** One backend from all layers that speak of it: how it is launched by the first, what it may by all. */
export function resolveBackend(
  reading: Reading,
  raw: RawBackend,
  index: number,
  common: Limits,
  enforce: boolean,
  overrides: Overrides,
  { profile, projectDir }: Omit<SandboxGround, 'launch'>,
): BackendConfig {
  const from = 'default';
  const base: KeyPath = ['backends', index];
  const at = placesOf(raw.name, overrides);
  const first = <T>(key: string, fallback: T): T => {
    if (overrides.only === undefined) return reading.value([...base, key], fallback, from, (a) => a, { at: at(key) });
    const given = valueAt(raw, [key]) as T | undefined;
    reading.note([...base, key], given ?? fallback, given === undefined ? from : 'command line');
    return given ?? fallback;
  };
  const restart = (key: string, fallback: string | number) =>
    reading.value<string | number>([...base, 'restart', key], fallback, from, (a) => a, { at: at('restart', key) });
  const lists = (kind: Kind): Lists => resolveLists(reading, kind, [...base], at, kind === 'tools' ? overrides : {});
  const place = (...keys: string[]) =>
    overrides.only === undefined ? placeOf(reading, raw.name, keys) : 'command line';
  reading.note([...base, 'name'], raw.name, place());
  for (const [name, value] of Object.entries(raw.env ?? {})) {
    reading.note([...base, 'env', name], value, place('env', name));
  }
  const preset = presetOf(raw, reading, base, at);
  const launch = resolveLaunch(raw, first);
  return {
    name: raw.name,
    preset,
    ...launch,
    remote: resolveRemote(reading, raw, base, at, place),
    era: first('era', raw.era ?? 'auto'),
    start: first('start', raw.start ?? 'lazy'),
    startTimeoutMs: 1000 * first('start_timeout_secs', raw.start_timeout_secs ?? 60),
    maxProcesses: first('max_processes', raw.max_processes ?? 4),
    restart: { max: Number(restart('max', 3)), windowMs: parseDuration(String(restart('window', '60s')))! },
    enforce: enforceOf(reading, raw, [...base, 'enforce'], at('enforce'), enforce, overrides),
    tools: lists('tools'),
    prompts: lists('prompts'),
    resources: lists('resources'),
    limits: resolveOwnLimits(reading, base, at, common),
    sandbox: resolveSandbox(reading, raw, base, at, overrides, { profile, projectDir, launch: { ...launch, preset } }),
    credentials: resolveCredentials(reading, at, raw.url),
  };
}

/** The preset that was named, else the one of the package that is launched; undefined when there is none. */
function presetOf(raw: RawBackend, reading: Reading, base: KeyPath, at: PlaceOf): string | undefined {
  const detected = raw.command === undefined ? undefined : detectPreset(raw.command, raw.args ?? []);
  const fallback = raw.preset ?? detected ?? 'none';
  const from = raw.preset === undefined ? 'found by its package' : 'command line';
  const preset = reading.value<string>([...base, 'preset'], fallback, from, (a) => a, { at: at('preset') });
  return preset === 'none' ? undefined : preset;
}

/** How it is started; a backend that is reached by HTTP is not, whatever another layer of its name says. */
function resolveLaunch(
  raw: RawBackend,
  first: <T>(key: string, fallback: T) => T,
): Pick<BackendConfig, 'command' | 'args' | 'env' | 'passEnv' | 'cwd'> {
  if (raw.command === undefined) return { command: '', args: [], env: {}, passEnv: [], cwd: process.cwd() };
  return {
    command: first('command', raw.command),
    args: first<string[]>('args', raw.args ?? []),
    env: raw.env ?? {},
    passEnv: first<string[]>('pass_env', raw.pass_env ?? []),
    cwd: expandHome(first('cwd', raw.cwd ?? process.cwd())),
  };
}

/** Where a layer speaks of the backend; for a wrapped one, only the managed layer may. */
function placesOf(backend: string, { only }: Overrides): PlaceOf {
  return (...keys) =>
    ({ config, source }) => {
      const own = (config.backends ?? []).findIndex(({ name }) => name === backend);
      return own === -1 || (only !== undefined && !source.managed) ? undefined : ['backends', own, ...keys];
    };
}

/** Whether denials bind for one backend: a managed layer first, then the flag, then the files. */
function enforceOf(
  reading: Reading,
  { name, enforce }: RawBackend,
  path: KeyPath,
  at: (layer: Layer) => KeyPath | undefined,
  common: boolean,
  { observe }: Overrides,
): boolean {
  if (observe === true && !reading.managedEnforces(name)) {
    reading.note(path, false, '--observe');
    return false;
  }
  const implied = (layer: Layer) => (layer.source.managed && reading.managedEnforces(name) ? true : undefined);
  return reading.value(path, enforce ?? common, 'default', either, { at, implied });
}

/** Where the first layer that has the backend says how it is launched. */
function placeOf(reading: Reading, name: string, keys: readonly string[]): string {
  for (const { config, source } of reading.layers) {
    const index = (config.backends ?? []).findIndex((backend) => backend.name === name);
    if (index !== -1) return lineOf(source.where(['backends', index, ...keys]));
  }
  return 'command line';
}

/** Allow lists of all layers must all hold; deny lists add up. */
function resolveLists(reading: Reading, kind: Kind, base: KeyPath, at: PlaceOf, overrides: Overrides): Lists {
  const allowed: Allowed[] = [];
  const denied: Pattern[] = [];
  const flags = (globs: readonly string[] | undefined, flag: string) =>
    (globs ?? []).map((glob): Pattern => ({ glob, rule: flag, source: 'command line' }));
  for (const [index, layer] of reading.layers.entries()) {
    const patterns = (key: string): Pattern[] | undefined => {
      const path = at(key)(layer);
      const globs = path && (valueAt(layer.config, path) as string[] | undefined);
      return globs?.map((glob, i) => ({
        glob,
        rule: `${showPath(path!)}[${i}]`,
        source: lineOf(layer.source.where([...path!, i])),
      }));
    };
    const path = at(`allowed_${kind}`)(layer);
    const granted = patterns(`allowed_${kind}`);
    if (path !== undefined && granted !== undefined) {
      allowed.push({
        patterns: granted,
        layer: index + 1,
        rule: showPath(path),
        source: lineOf(layer.source.where(path)),
      });
    }
    denied.push(...(patterns(`denied_${kind}`) ?? []));
  }
  const byFlag = flags(overrides.allow, '--allow');
  if (byFlag.length > 0) allowed.push({ patterns: byFlag, layer: 1, rule: '--allow', source: 'command line' });
  denied.push(...flags(overrides.deny, '--deny'));
  for (const list of allowed)
    reading.note(
      [...base, `allowed_${kind}`],
      list.patterns.map(({ glob }) => glob),
      list.source,
    );
  for (const [i, { glob, source }] of denied.entries()) reading.note([...base, `denied_${kind}`, i], glob, source);
  return { allowed, denied };
}

/** A limit of all backends that one layer sets, or that its strict profile means. */
function commonLimit(reading: Reading, layer: Layer, key: string): unknown {
  const implied = key === 'execution_timeout_secs' && reading.isManagedStrict(layer) ? STRICT_TIMEOUT_SECS : undefined;
  return valueAt(layer.config, ['limits', key]) ?? implied;
}

/** Limits of one backend; what a managed layer says of all of them holds for each that has limits of its own, too. */
function resolveOwnLimits(reading: Reading, base: KeyPath, at: PlaceOf, common: Limits): Limits {
  const own = <T>(key: string, fallback: T, stricter: (a: T, b: T) => T): T => {
    const before = reading.settings.length;
    const place = at('limits', key);
    const particular = reading.says(place);
    const value = reading.value([...base, 'limits', key], fallback, COMMON, stricter, {
      at: place,
      implied: (layer) =>
        particular && layer.source.managed ? (commonLimit(reading, layer, key) as T | undefined) : undefined,
    });
    if (reading.settings[before]?.origin === COMMON) reading.settings.pop();
    return value;
  };
  const bytes = (key: string, fallback: number) => parseSize(own<string | number>(key, fallback, smaller))!;
  return {
    maxFrameBytes: common.maxFrameBytes,
    maxRequestBytes: bytes('max_request_bytes', common.maxRequestBytes),
    maxResponseBytes: bytes('max_response_bytes', common.maxResponseBytes),
    onOversize: own('on_oversize', common.onOversize, preferring('block')),
    executionTimeoutMs: 1000 * own('execution_timeout_secs', common.executionTimeoutMs / 1000, least),
    maxConcurrentCalls: own('max_concurrent_calls', common.maxConcurrentCalls, least),
    maxPending: common.maxPending,
    maxProcesses: common.maxProcesses,
    maxProcessesPerClient: common.maxProcessesPerClient,
    maxJsonDepth: own('max_json_depth', common.maxJsonDepth, least),
  };
}
