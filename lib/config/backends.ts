import type { Allowed, BackendConfig, Limits, Lists, Pattern } from '../model/config.ts';
import { type KeyPath, showPath } from './key-path.ts';
import { get, type Layer, lineOf, type Reading } from './reading.ts';
import type { Overrides } from './resolve.ts';
import type { RawBackend } from './schema.ts';
import { parseDuration, parseSize } from './units.ts';

type Kind = 'tools' | 'prompts' | 'resources';
/** Where a key of the backend stands in a layer; undefined when the layer does not speak of it. */
type At = (...keys: string[]) => (layer: Layer) => KeyPath | undefined;

/** One backend from all layers that speak of it: how it is launched by the first, what it may by all. */
export function resolveBackend(
  reading: Reading,
  raw: RawBackend,
  index: number,
  common: Limits,
  enforce: boolean,
  overrides: Overrides,
): BackendConfig {
  const from = 'default';
  const base: KeyPath = ['backends', index];
  const at: At =
    (...keys) =>
    (layer) => {
      const own = (layer.config.backends ?? []).findIndex(({ name }) => name === raw.name);
      return own === -1 || (overrides.only !== undefined && layer.source.managed !== true)
        ? undefined
        : ['backends', own, ...keys];
    };
  const launched = (...keys: string[]) => (overrides.only === undefined ? at(...keys) : () => undefined);
  const first = <T>(key: string, fallback: T): T =>
    reading.value([...base, key], fallback, from, (a) => a, launched(key));
  const restart = (key: string, fallback: string | number) =>
    reading.value<string | number>([...base, 'restart', key], fallback, from, (a) => a, launched('restart', key));
  const lists = (kind: Kind): Lists => resolveLists(reading, kind, [...base], at, kind === 'tools' ? overrides : {});
  reading.note([...base, 'name'], raw.name, overrides.only === undefined ? layerOf(reading, raw.name) : 'command line');
  return {
    name: raw.name,
    command: first('command', raw.command),
    args: first<string[]>('args', raw.args ?? []),
    env: raw.env ?? {},
    passEnv: first<string[]>('pass_env', raw.pass_env ?? []),
    cwd: first('cwd', raw.cwd ?? process.cwd()),
    era: first('era', raw.era ?? 'legacy'),
    start: first('start', raw.start ?? 'lazy'),
    startTimeoutMs: 1000 * first('start_timeout_secs', raw.start_timeout_secs ?? 60),
    restart: { max: Number(restart('max', 3)), windowMs: parseDuration(String(restart('window', '60s')))! },
    enforce: overrides.observe !== true && resolveEnforce(reading, base, at, raw.enforce ?? enforce),
    tools: lists('tools'),
    prompts: lists('prompts'),
    resources: lists('resources'),
    limits: resolveOwnLimits(reading, base, at, common),
  };
}

/** A managed `enforce: true` holds for every backend the managed layer does not speak of itself. */
function resolveEnforce(reading: Reading, base: KeyPath, at: At, fallback: boolean): boolean {
  const path = (layer: Layer) => {
    const own = at('enforce')(layer);
    return layer.source.managed && layer.config.enforce === true && !says(layer, own) ? ['enforce'] : own;
  };
  return reading.value([...base, 'enforce'], fallback, 'default', (a, b) => a || b, path);
}

function says({ config }: Layer, path: KeyPath | undefined): boolean {
  return path !== undefined && get(config, path) !== undefined;
}

function layerOf(reading: Reading, name: string): string {
  for (const { config, source } of reading.layers) {
    const index = (config.backends ?? []).findIndex((backend) => backend.name === name);
    if (index !== -1) return lineOf(source.where(['backends', index]));
  }
  return 'command line';
}

/** Allow lists of all layers must all hold; deny lists add up. */
function resolveLists(reading: Reading, kind: Kind, base: KeyPath, at: At, overrides: Overrides): Lists {
  const allowed: Allowed[] = [];
  const denied: Pattern[] = [];
  const flags = (globs: readonly string[] | undefined, flag: string) =>
    (globs ?? []).map((glob): Pattern => ({ glob, rule: flag, source: 'command line' }));
  for (const layer of reading.layers) {
    const patterns = (key: string): Pattern[] | undefined => {
      const path = at(key)(layer);
      const globs = path && (get(layer.config, path) as string[] | undefined);
      return globs?.map((glob, i) => ({
        glob,
        rule: `${showPath(path!)}[${i}]`,
        source: lineOf(layer.source.where([...path!, i])),
      }));
    };
    const path = at(`allowed_${kind}`)(layer);
    const granted = patterns(`allowed_${kind}`);
    if (path !== undefined && granted !== undefined) {
      allowed.push({ patterns: granted, rule: showPath(path), source: lineOf(layer.source.where(path)) });
    }
    denied.push(...(patterns(`denied_${kind}`) ?? []));
  }
  const byFlag = flags(overrides.allow, '--allow');
  if (byFlag.length > 0) allowed.push({ patterns: byFlag, rule: '--allow', source: 'command line' });
  denied.push(...flags(overrides.deny, '--deny'));
  for (const list of allowed)
    reading.note(
      [...base, `allowed_${kind}`],
      list.patterns.map(({ glob }) => glob),
      list.source,
    );
  for (const { glob, source } of denied) reading.note([...base, `denied_${kind}`], [glob], source);
  return { allowed, denied };
}

/** The backend's own limits may be wider than the common ones of their layer, but not than managed ones. */
function resolveOwnLimits(reading: Reading, base: KeyPath, at: At, common: Limits): Limits {
  const least = (a: number, b: number) => Math.min(a, b);
  const own = <T>(key: string, fallback: T, stricter: (a: T, b: T) => T): T => {
    const before = reading.settings.length;
    const particular = at('limits', key);
    const widened = reading.layers.some((layer) => says(layer, particular(layer)));
    const path = (layer: Layer) =>
      widened && layer.source.managed && !says(layer, particular(layer)) ? ['limits', key] : particular(layer);
    const value = reading.value([...base, 'limits', key], fallback, 'limits', stricter, path);
    if (reading.settings[before]?.origin === 'limits') reading.settings.pop();
    return value;
  };
  const bytes = (key: string, fallback: number) =>
    parseSize(own<string | number>(key, fallback, (a, b) => (parseSize(a)! <= parseSize(b)! ? a : b)))!;
  return {
    maxFrameBytes: common.maxFrameBytes,
    maxRequestBytes: bytes('max_request_bytes', common.maxRequestBytes),
    maxResponseBytes: bytes('max_response_bytes', common.maxResponseBytes),
    onOversize: own('on_oversize', common.onOversize, (_a, b) => b),
    executionTimeoutMs: 1000 * own('execution_timeout_secs', common.executionTimeoutMs / 1000, least),
    maxConcurrentCalls: own('max_concurrent_calls', common.maxConcurrentCalls, least),
    maxJsonDepth: own('max_json_depth', common.maxJsonDepth, least),
  };
}
