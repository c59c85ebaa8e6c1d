import { dirname, isAbsolute, join, resolve } from 'node:path';
import type {
  AllowedText,
  Channel,
  ClassifierConfig,
  DetectorConfig,
  InjectionAction,
  InspectionConfig,
  SecretAction,
} from '../../model/inspection.ts';
import type { RegistryConfig } from '../../model/registry.ts';
import { type KeyPath, valueAt } from '../files/key-path.ts';
import type { Layer, Reading } from '../files/reading.ts';
import { Spot } from '../files/spot.ts';
import { expandHome } from '../folders.ts';
import { parseDuration } from '../words/units.ts';
import { both, either, intersection, least } from './stricter.ts';

type Profile = 'balanced' | 'strict';
type Direction = 'request' | 'response' | 'tool_definition';

const CHANNEL_OF: Readonly<Record<Direction, Channel>> = {
  request: 'args',
  response: 'result',
  tool_definition: 'description',
};
const DIRECTIONS = Object.keys(CHANNEL_OF) as Direction[];
const THRESHOLDS = { low: 0.6, medium: 0.35, high: 0.15 } as const;
const INJECTION_ACTIONS: readonly InjectionAction[] = ['log', 'flag', 'redact', 'block'];
const SECRET_ACTIONS: readonly SecretAction[] = ['off', 'flag', 'redact', 'block'];
const USUAL_TIMEOUT = '150ms';

/** Of two values in the order of `from`, the one that stands later. */
function later<T>(from: readonly T[]): (a: T, b: T) => T {
  return (a, b) => (from.indexOf(a) > from.indexOf(b) ? a : b);
}

/** What is looked for in what flows through, from the `security` sections of all layers. */
export function resolveInspection(reading: Reading, profile: Profile): InspectionConfig {
  const from = `default (${profile})`;
  const { value, spots: sections } = injectionIn(reading);
  const enabled = value(['enabled'], true, from, either);
  const directions = value<Direction[]>(['directions'], DIRECTIONS, from, (a, b) => [...new Set([...a, ...b])]);
  const spots = (key: string) => sections(key).flatMap((spot) => spot.members().map((member) => member.spot));
  return {
    injection: {
      channels: enabled ? directions.map((direction) => CHANNEL_OF[direction]) : [],
      blockThreshold: thresholdOf(reading, from),
      actions: {
        args: injectionAction(reading, 'request', profile === 'strict' ? 'block' : 'flag', from),
        result: injectionAction(reading, 'response', profile === 'strict' ? 'block' : 'flag', from),
        description: injectionAction(reading, 'tool_definition', 'block', from),
      },
      customPatterns: sections().flatMap((spot) => spot.patterns('custom_patterns')),
      allow: spots('allow').map((spot) => ({ ...(spot.value as Omit<AllowedText, 'rule'>), ...spot.place })),
      detectors: spots('detectors').map(detectorOf),
      classifier: sections('classifier').flatMap(classifierOf)[0],
    },
    secrets: {
      request: secretAction(reading, ['action', 'request'], undefined, from),
      response: secretAction(reading, ['action', 'response'], undefined, from),
      entropy: reading.value(['security', 'secrets', 'entropy'], false, from, either),
      allow: reading.value<string[]>(['security', 'secrets', 'allow'], [], from, intersection),
      restore: reading.value(['security', 'secrets', 'restore'], false, from, both),
      personal: secretAction(reading, ['personal'], 'off', from)!,
    },
    rendering: {
      hidden: reading.value(['security', 'rendering', 'hidden'], 'strip', from, later(['off', 'flag', 'strip'])),
      links: reading.value(
        ['security', 'rendering', 'links'],
        profile === 'strict' ? 'strip' : 'flag',
        from,
        later(['off', 'flag', 'strip']),
      ),
    },
  };
}

/** `security.injection`, or what a file says of it at the top, where others have it. */
function injectionIn(reading: Reading) {
  const sections: readonly KeyPath[] = [['security', 'injection'], ['injection']];
  const whereIn = (layer: Layer, keys: KeyPath) =>
    sections.map((section) => [...section, ...keys]).find((path) => valueAt(layer.config, path) !== undefined);
  return {
    value: <T>(
      keys: KeyPath,
      fallback: T,
      from: string,
      stricter: (earlier: T, later: T) => T,
      implied?: (layer: Layer) => T | undefined,
    ): T => {
      const at = (layer: Layer) => whereIn(layer, keys);
      return reading.value<T>(['security', 'injection', ...keys], fallback, from, stricter, { at, implied });
    },
    spots: (...keys: string[]) => sections.flatMap((section) => Spot.all(reading, [...section, ...keys])),
    said: (layer: Layer, ...keys: string[]) => {
      const path = whereIn(layer, keys);
      return path === undefined ? undefined : valueAt(layer.config, path);
    },
  };
}

/** A word for the threshold counts where no number is said in the same file. */
function thresholdOf(reading: Reading, from: string): number {
  const { value, said } = injectionIn(reading);
  const implied = (layer: Layer): number | undefined => {
    const word = said(layer, 'sensitivity') as keyof typeof THRESHOLDS | undefined;
    return word === undefined ? undefined : THRESHOLDS[word];
  };
  return value(['block_threshold'], THRESHOLDS.medium, from, least, implied);
}

function injectionAction(reading: Reading, direction: Direction, fallback: InjectionAction, from: string) {
  const { value, said } = injectionIn(reading);
  const whole = (layer: Layer): InjectionAction | undefined => {
    const action = said(layer, 'action');
    return typeof action === 'string' ? (action as InjectionAction) : undefined;
  };
  return value<InjectionAction>(['action', direction], fallback, from, later(INJECTION_ACTIONS), whole);
}

function secretAction(
  reading: Reading,
  keys: readonly string[],
  fallback: SecretAction | undefined,
  from: string,
): SecretAction | undefined {
  const path: KeyPath = ['security', 'secrets', ...keys];
  const whole = ({ config }: Reading['layers'][number]): SecretAction | undefined => {
    const action = config.security?.secrets?.action;
    return keys[0] === 'action' && typeof action === 'string' ? action : undefined;
  };
  return reading.value<SecretAction | undefined>(
    path,
    fallback,
    from,
    later<SecretAction | undefined>([undefined, ...SECRET_ACTIONS]),
    { implied: whole },
  );
}

function detectorOf(spot: Spot): DetectorConfig {
  const { url, headers, timeout, on_error, channels } = spot.value as {
    url: string;
    headers?: Record<string, string>;
    timeout?: string;
    on_error?: 'ignore' | 'deny';
    channels?: Channel[];
  };
  return {
    url,
    headers: headers ?? {},
    timeoutMs: parseDuration(timeout ?? USUAL_TIMEOUT)!,
    onError: on_error ?? 'ignore',
    channels: channels ?? Object.values(CHANNEL_OF),
    ...spot.place,
  };
}

function classifierOf(spot: Spot): ClassifierConfig[] {
  if (spot.value === undefined) return [];
  const { model, tokenizer, timeout, on_error } = spot.value as {
    model: string;
    tokenizer: string;
    timeout?: string;
    on_error?: 'ignore' | 'deny';
  };
  const folder = resolve(dirname(spot.layer.source.file));
  const path = (text: string) => resolve(folder, expandHome(text));
  return [
    {
      model: path(model),
      tokenizer: path(tokenizer),
      folder,
      timeoutMs: parseDuration(timeout ?? USUAL_TIMEOUT)!,
      onError: on_error ?? 'ignore',
      ...spot.place,
    },
  ];
}

/** Where pins are kept and what they are for. Without a config file, each backend has a file in the state folder. */
export function resolveRegistry(reading: Reading, profile: Profile): RegistryConfig {
  const from = `default (${profile})`;
  const file = [...reading.layers].reverse().find(({ source }) => !source.managed)?.source.file;
  const said = reading.value<string | undefined>(['security', 'registry', 'lockfile'], undefined, from);
  const folder = file === undefined ? undefined : dirname(resolve(file));
  const named = said === undefined ? undefined : expandHome(said);
  const lockfile =
    folder === undefined
      ? named && resolve(named)
      : named !== undefined && isAbsolute(named)
        ? named
        : join(folder, named ?? 'sallyport.lock.json');
  return {
    pin: reading.value(
      ['security', 'registry', 'pin'],
      // Without a config there is no lockfile anybody could approve anything in.
      (profile === 'strict' && lockfile !== undefined ? 'strict' : 'tofu') as RegistryConfig['pin'],
      from,
      later<RegistryConfig['pin']>(['off', 'tofu', 'strict']),
    ),
    lockfile,
    onChange: reading.value(
      ['security', 'registry', 'on_change'],
      'block' as RegistryConfig['onChange'],
      from,
      later<RegistryConfig['onChange']>(['warn', 'require_approval', 'block']),
    ),
    keepOld: reading.value(['security', 'registry', 'keep_old'], false, from, both),
  };
}
