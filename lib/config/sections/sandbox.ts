import { dirname, resolve } from 'node:path';
import type { BackendConfig } from '../../model/config.ts';
import type { CredentialsConfig, RequestAuthorization } from '../../model/credentials.ts';
import type {
  DriverName,
  MountPath,
  Network,
  ResourceLimits,
  SandboxConfig,
  SandboxMode,
} from '../../model/sandbox.ts';
import { isWithin } from '../../model/within.ts';
import { presetNamed } from '../../presets/index.ts';
import { type KeyPath, showPath, valueAt } from '../files/key-path.ts';
import { type Layer, lineOf, type PlaceOf, type Reading } from '../files/reading.ts';
import { expandHome } from '../folders.ts';
import type { Overrides } from '../overrides.ts';
import type { RawBackend } from '../schema/schema.ts';
import { parseDuration, parseSize } from '../words/units.ts';
import { obtainedBy } from './obtained.ts';
import { type PresetGround, presetGround } from './preset-ground.ts';
import { sourceOf } from './secret-source.ts';
import { both, least, shorter, smaller } from './stricter.ts';

/** Keys that mean nothing without a sandbox. */
export const HELD_BY_IT: ReadonlySet<string> = new Set([
  'driver',
  'image',
  'network',
  'domains',
  'read',
  'write',
  'deny',
]);

/** What the sandbox of a backend depends on besides its section. */
export interface SandboxGround {
  readonly profile: 'balanced' | 'strict';
  readonly projectDir: string | undefined;
  readonly launch: Pick<BackendConfig, 'command' | 'args' | 'env' | 'cwd' | 'preset'>;
}

type List = 'read' | 'write' | 'deny';

const SHARED: KeyPath = ['security', 'sandbox'];
const MODES: readonly SandboxMode[] = ['off', 'auto', 'required'];
const NETWORKS: readonly Network[] = ['host', 'proxy', 'none'];
/** Enough for any server known, and too little to bring a machine down. */
const USUAL_MEMORY = 2e9;
const USUAL_PROCESSES = 512;
const USUAL_FILES = 4096;

const stricterMode = (a: SandboxMode, b: SandboxMode) => (MODES.indexOf(a) > MODES.indexOf(b) ? a : b);
const stricterNetwork = (a: Network, b: Network) => (NETWORKS.indexOf(a) > NETWORKS.indexOf(b) ? a : b);

/** The sandbox of one backend: its own section before that of all, and what neither says by its preset and the profile. */
export function resolveSandbox(
  reading: Reading,
  raw: RawBackend,
  base: KeyPath,
  at: PlaceOf,
  overrides: Overrides,
  ground: SandboxGround,
): SandboxConfig {
  const { launch, profile, projectDir } = ground;
  const preset = launch.preset === undefined ? undefined : presetNamed(launch.preset);
  const known = preset && presetGround(preset, launch, projectDir);
  const from = known === undefined ? `default (${profile})` : `preset ${launch.preset}`;
  const path = [...base, 'sandbox'];
  const value = <T>(key: string, fallback: T, stricter: (a: T, b: T) => T): T =>
    reading.value<T>([...path, key], fallback, from, stricter, {
      at: at('sandbox', key),
      implied: shared(key),
    });
  const inContainer = /^(?:docker|podman)(?:\.exe)?$/.test(launch.command) || raw.command === undefined;
  const isUnknown = known === undefined && profile === 'balanced';
  const usualMode: SandboxMode = inContainer || (isUnknown && !asksForOne(raw)) ? 'off' : 'auto';
  const mode = modeOf(reading, path, at, value('mode', usualMode, stricterMode), overrides);
  const listed = (key: List) => mountsOf(reading, key, at, ground);
  const write = listed('write');
  const size = (key: string, fallback: number | undefined) => {
    const text = value<string | number | undefined>(key, mode === 'off' ? undefined : fallback, smaller as never);
    return text === undefined ? undefined : parseSize(text)!;
  };
  const count = (key: string, fallback: number | undefined) =>
    value<number | undefined>(key, mode === 'off' ? undefined : fallback, least as never);
  const driver = value<DriverName | undefined>('driver', undefined, (a) => a);
  const usualNetwork = known?.network ?? (profile === 'strict' ? 'none' : 'proxy');
  // A container has no way to the network by the gateway, and less is better than no sandbox at all.
  const nearest = usualNetwork === 'proxy' && isEngine(driver) ? 'none' : usualNetwork;
  const idle = value<string | undefined>('idle', undefined, shorter as never);
  const limits: ResourceLimits = {
    memoryBytes: size('memory', known?.sandbox.memoryBytes ?? USUAL_MEMORY),
    cpuSeconds: count('cpu_secs', undefined),
    processes: count('processes', USUAL_PROCESSES),
    openFiles: count('open_files', USUAL_FILES),
    fileBytes: size('file_size', undefined),
    idleMs: idle === undefined ? undefined : parseDuration(idle)!,
  };
  const isSaid =
    overrides.sandbox !== undefined || reading.says(at('sandbox', 'mode')) || reading.says(() => [...SHARED, 'mode']);
  return {
    mode,
    isAsked: isSaid || asksForOne(raw) || profile === 'strict',
    driver,
    image: value('image', undefined, (a) => a),
    network: value<Network>('network', nearest, stricterNetwork),
    read: listed('read') ?? known?.read?.map((one) => usually(one, from)),
    write: write ?? usualWrites(known, projectDir ?? launch.cwd, from),
    deny: listed('deny') ?? [],
    followsRoots: write === undefined && preset?.sandbox.folders !== 'none',
    keeps: known?.keeps,
    variables: known?.variables ?? {},
    usualHosts: known?.hosts,
    usesProxy: known?.sandbox.usesProxy ?? false,
    unixSockets: value('unix_sockets', known?.sandbox.unixSockets ?? false, both),
    egressBytes: size('egress_bytes', undefined),
    limits,
    place: placeOf(reading, at, path),
  };
}

/** Where secrets come from is said by one layer alone: no other may read a file or run a program in its place. */
export function resolveCredentials(reading: Reading, at: PlaceOf, url: string | undefined): CredentialsConfig {
  for (const layer of reading.layers) {
    const place = at('credentials')(layer);
    const raw = place && (valueAt(layer.config, place) as RawBackend['credentials']);
    if (raw === undefined) continue;
    const variables = Object.entries(raw.variables ?? {}).map(([name, one]) => {
      const { hosts = [], like = '' } = one;
      const source = sourceOf(one);
      return { name, from: source, hosts, like };
    });
    return { inject: raw.inject ?? 'env', variables, authorization: authorizationOf(raw, url) };
  }
  return { inject: 'env', variables: [], authorization: undefined };
}

/** Whom tokens for a backend are for is said by the layer that has its section, or else by its URL. */
function authorizationOf(
  raw: NonNullable<RawBackend['credentials']>,
  url: string | undefined,
): RequestAuthorization | undefined {
  const { mode, audience, ttl, dpop, scopes } = raw;
  if (mode === undefined || mode === 'static' || url === undefined) return undefined;
  if (mode !== 'mint') return obtainedBy(mode, raw);
  const ttlMs = parseDuration(ttl ?? '60s')!;
  return { mode, audience: audience ?? url, ttlMs, dpop: dpop === 'on', scopes: scopes ?? [] };
}

/** A flag chooses the mode, unless an administrator's file asks for a stricter one. */
function modeOf(reading: Reading, path: KeyPath, at: PlaceOf, found: SandboxMode, { sandbox }: Overrides): SandboxMode {
  if (sandbox === undefined) return found;
  const own = reading.managed && at('sandbox', 'mode')(reading.managed);
  const managed = (own && modeAt(reading.managed!, own)) ?? modeAt(reading.managed, [...SHARED, 'mode']);
  const mode = managed === undefined ? sandbox : stricterMode(sandbox, managed);
  reading.settings.pop();
  reading.note([...path, 'mode'], mode, mode === sandbox ? '--sandbox' : 'managed config');
  return mode;
}

/** Who writes down what only a sandbox holds wants one. */
function asksForOne({ sandbox = {} }: RawBackend): boolean {
  return Object.keys(sandbox).some((key) => HELD_BY_IT.has(key));
}

function isEngine(driver: DriverName | undefined): boolean {
  return driver === 'docker' || driver === 'podman';
}

function modeAt(layer: Layer | undefined, place: KeyPath): SandboxMode | undefined {
  return layer && (valueAt(layer.config, place) as SandboxMode | undefined);
}

function shared(key: string): <T>(layer: Layer) => T | undefined {
  return (layer) => valueAt(layer.config, [...SHARED, key]) as never;
}

function usually(path: string, source: string): MountPath {
  return { path, source, needed: false };
}

function usualWrites(known: PresetGround | undefined, project: string, from: string): MountPath[] {
  if (known === undefined) return [usually(project, from)];
  const { write, made } = known;
  return write.map((path) => ({ ...usually(path, from), unlessFolder: made.includes(path) ? 'make' : 'refuse' }));
}

/** The list of one layer narrows that of those before it; what is denied adds up. */
function mountsOf(reading: Reading, key: List, at: PlaceOf, ground: SandboxGround): MountPath[] | undefined {
  let found: MountPath[] | undefined;
  for (const layer of reading.layers) {
    const own = at('sandbox', key)(layer);
    const place = own !== undefined && valueAt(layer.config, own) !== undefined ? own : [...SHARED, key];
    const texts = valueAt(layer.config, place) as readonly string[] | undefined;
    if (texts === undefined) continue;
    const folder = ground.projectDir ?? dirname(layer.source.file);
    const listed = texts.map((text, index) => ({
      path: resolve(folder, expandHome(text === '~' ? '~/' : text)),
      source: lineOf(layer.source.where([...place, index])),
      needed: key !== 'deny',
    }));
    reading.note(place, texts, lineOf(layer.source.where(place)));
    if (found === undefined) found = listed;
    else if (key === 'deny') found.push(...listed);
    else found = found.filter(({ path }) => listed.some((other) => isWithin(other.path, path)));
  }
  return found;
}

function placeOf(reading: Reading, at: PlaceOf, path: KeyPath): string {
  for (const layer of reading.layers) {
    for (const place of [at('sandbox')(layer), SHARED])
      if (place !== undefined && valueAt(layer.config, place) !== undefined)
        return `${showPath(place)} (${lineOf(layer.source.where(place))})`;
  }
  return showPath(path);
}
