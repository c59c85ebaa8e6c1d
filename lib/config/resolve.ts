import { createHash } from 'node:crypto';
import { dirname, join, resolve, sep } from 'node:path';
import type { AuditConfig, BackendConfig, Config, Limits, LogConfig } from '../model/config.ts';
import { type Effect, stricterEffect } from '../model/decision.ts';
import type { KeyPath } from './files/key-path.ts';
import { type Layer, Reading, type Setting } from './files/reading.ts';
import { expandHome, type Folders } from './folders.ts';
import type { Overrides } from './overrides.ts';
import { resolveAnomaly } from './sections/anomaly.ts';
import { resolveApprovals } from './sections/approvals.ts';
import { resolveCheckpoints } from './sections/audit-evidence.ts';
import { resolveAuth, resolveTokens } from './sections/auth.ts';
import { resolveBackend, STRICT_TIMEOUT_SECS } from './sections/backends.ts';
import { resolveInspection, resolveRegistry } from './sections/inspection.ts';
import { notifySecrets, resolveAlerts, resolveNotify } from './sections/notify.ts';
import { resolveDefaults, resolvePolicies } from './sections/policies.ts';
import { resolveServer } from './sections/server.ts';
import { resolveShipping, shippingSecrets } from './sections/shipping.ts';
import { either, intersection, least, preferring, smaller } from './sections/stricter.ts';
import { resolveMetrics, resolveTelemetry } from './sections/watching.ts';
import { detectorSecrets, literalSecrets } from './words/secret-looks.ts';
import { parseDuration, parseSize } from './words/units.ts';

export interface Resolved {
  readonly config: Config;
  readonly settings: readonly Setting[];
}

const FRAME_BYTES = 8 * 1024 * 1024;

/** Fills every key from the layers, the command line and the profile. */
export function resolveConfig(layers: readonly Layer[], overrides: Overrides, folders: Folders): Resolved {
  const reading = new Reading(layers);
  const profile = profileOf(reading, overrides);
  const from = `default (${profile})`;
  const enforce = enforceOf(reading, overrides);
  const limits = resolveLimits(reading, profile, from);
  const ground = { profile, projectDir: projectOf(folders) };
  const backends = resolveBackends(reading, overrides, limits, enforce, ground);
  profiled<Effect>(reading, profile, ['policies', 'default'], 'allow', 'deny', stricterEffect);
  const request = (kind: string) =>
    reading.value<Effect>(['policies', 'requests', kind], 'allow', from, stricterEffect);
  // A server may move its folders to those a client names, which on a shared machine are folders of somebody else.
  const roots = profiled<Effect>(reading, profile, ['policies', 'requests', 'roots'], 'allow', 'deny', stricterEffect);
  const server = resolveServer(reading, from);
  const tokens = resolveTokens(reading, server, folders.stateDir, from);
  const audit = resolveAudit(reading, profile, from, folders);
  const log = resolveLog(reading, from);
  const approvals = resolveApprovals(reading, from);
  const config: Omit<Config, 'revision' | 'secrets'> = {
    profile,
    server,
    auth: resolveAuth(reading, server, folders.stateDir, from),
    tokens,
    backends,
    approvals,
    defaults: resolveDefaults(reading, profile),
    policies: resolvePolicies(reading, profile),
    inspection: resolveInspection(reading, profile),
    registry: resolveRegistry(reading, profile),
    anomaly: resolveAnomaly(reading, from),
    projectDir: ground.projectDir,
    homeDir: folders.homeDir,
    ownPaths: ownPaths(layers, folders, { server, tokens, audit, log }),
    requests: { sampling: request('sampling'), elicitation: request('elicitation'), roots },
    methodsAllow: reading.value<string[]>(['policies', 'methods', 'allow'], [], from, intersection),
    extensionsAllow: reading.value<string[]>(['policies', 'extensions', 'allow'], [], from, intersection),
    limits,
    listTimeoutMs: 1000 * reading.value(['limits', 'list_timeout_secs'], 10, from, least),
    names: { prefix: backends.length > 1, maxLength: reading.value(['names', 'max_length'], 48, from) },
    instructions: reading.value(['instructions'], 'none' as 'merged' | 'none', from),
    audit,
    log,
    metrics: resolveMetrics(reading, from),
    telemetry: resolveTelemetry(reading, from),
    alerts: resolveAlerts(reading),
    notify: resolveNotify(reading),
    reload: reading.value(['reload'], (overrides.serving === true ? 'signal' : 'off') as 'off' | 'signal', from),
  };
  const interpolated = layers.flatMap(({ source }) => source.secrets);
  const literal = [
    ...backends.flatMap(literalSecrets),
    ...detectorSecrets(config.inspection),
    ...[approvals.slackWebhookUrl, config.metrics.token].filter((one) => one !== undefined),
    ...notifySecrets(config.notify),
    ...shippingSecrets(audit.shipping),
  ];
  const secrets = [...new Set([...interpolated, ...literal])];
  const revision = createHash('sha256').update(JSON.stringify(config)).digest('hex').slice(0, 12);
  return { config: deepFreeze({ ...config, secrets, revision }), settings: reading.settings };
}

/** Files and folders of ours, which no call may reach. A log that is kept among the files of a project is not one. */
function ownPaths(
  layers: readonly Layer[],
  folders: Folders,
  { server, tokens, audit, log }: Pick<Config, 'server' | 'tokens' | 'audit' | 'log'>,
): string[] {
  const { configFile, stateDir, fallbackDir, homeDir, projectDir } = folders;
  const holds = (dir: string) => [homeDir, projectDir].some((one) => one !== undefined && isIn(dir, one));
  const placed = [
    ...(holds(resolve(audit.dir)) ? [] : [resolve(audit.dir)]),
    ...(log.file === undefined || log.file === 'stderr' ? [] : [resolve(log.file)]),
    ...(server.tls === undefined ? [] : [resolve(server.tls.key)]),
    resolve(tokens.keyFile),
    audit.checkpoints.keyFile,
    ...(audit.checkpoints.copyTo === undefined ? [] : [audit.checkpoints.copyTo]),
  ];
  const files = layers.map(({ source }) => resolve(source.file));
  return [...new Set([dirname(configFile), stateDir, fallbackDir, ...files, ...placed])];
}

function isIn(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}

/** The project, unless it is so wide that being inside it would mean nothing. */
function projectOf({ projectDir, homeDir }: Folders): string | undefined {
  return projectDir === undefined || projectDir === '/' || projectDir === homeDir ? undefined : projectDir;
}

function profileOf(reading: Reading, overrides: Overrides): 'balanced' | 'strict' {
  const usual = overrides.serving === true ? 'strict' : 'balanced';
  const fromFiles = reading.value<'balanced' | 'strict'>(['profile'], usual, 'default', preferring('strict'));
  if (
    overrides.profile === undefined ||
    (reading.layers.some((layer) => reading.isManagedStrict(layer)) && overrides.profile !== 'strict')
  )
    return fromFiles;
  reading.settings.pop();
  reading.note(['profile'], overrides.profile, '--profile');
  return overrides.profile;
}

/** A value the profile fills in. A managed strict profile means its own value, so other layers cannot loosen it. */
function profiled<T>(
  reading: Reading,
  profile: string,
  path: KeyPath,
  balanced: T,
  strict: T,
  stricter: (a: T, b: T) => T,
): T {
  const implied = (layer: Layer) => (reading.isManagedStrict(layer) ? strict : undefined);
  const fallback = profile === 'strict' ? strict : balanced;
  return reading.value(path, fallback, `default (${profile})`, stricter, { implied });
}

function enforceOf(reading: Reading, overrides: Overrides): boolean {
  const implied = (layer: Layer) => (layer.source.managed ? true : undefined);
  const enforce = reading.value(['enforce'], true, 'default', either, { implied });
  if (overrides.observe !== true || reading.managedEnforces()) return enforce;
  reading.settings.pop();
  reading.note(['enforce'], false, '--observe');
  return false;
}

function resolveLimits(reading: Reading, profile: string, from: string): Limits {
  const bytes = (key: string, fallback: number) =>
    parseSize(reading.value<string | number>(['limits', key], fallback, from, smaller))!;
  const maxFrameBytes = bytes('max_frame_bytes', FRAME_BYTES);
  return {
    maxFrameBytes,
    maxRequestBytes: bytes('max_request_bytes', maxFrameBytes),
    maxResponseBytes: bytes('max_response_bytes', maxFrameBytes),
    onOversize: reading.value(['limits', 'on_oversize'], 'truncate' as Limits['onOversize'], from, preferring('block')),
    executionTimeoutMs:
      1000 * profiled(reading, profile, ['limits', 'execution_timeout_secs'], 300, STRICT_TIMEOUT_SECS, least),
    maxConcurrentCalls: reading.value(['limits', 'max_concurrent_calls'], 64, from, least),
    maxPending: reading.value(['limits', 'max_pending'], 1000, from, least),
    maxProcesses: reading.value(['limits', 'max_processes'], 256, from, least),
    maxProcessesPerClient: reading.value(['limits', 'max_processes_per_client'], 128, from, least),
    maxJsonDepth: reading.value(['limits', 'max_json_depth'], 200, from, least),
  };
}

function resolveBackends(
  reading: Reading,
  overrides: Overrides,
  limits: Limits,
  enforce: boolean,
  ground: Parameters<typeof resolveBackend>[6],
): BackendConfig[] {
  const { only, observe } = overrides;
  if (only !== undefined) return [resolveBackend(reading, only, 0, limits, enforce, overrides, ground)];
  const names = new Set(reading.layers.flatMap(({ config }) => (config.backends ?? []).map(({ name }) => name)));
  // A backend only an untrusted file speaks of has no name any more.
  names.delete('');
  return [...names].map((name, index) => {
    const raw = reading.layers.flatMap(({ config }) => config.backends ?? []).find((backend) => backend.name === name)!;
    return resolveBackend(reading, raw, index, limits, enforce, { observe }, ground);
  });
}

function resolveAudit(reading: Reading, profile: string, from: string, folders: Folders): AuditConfig {
  const named = expandHome(reading.value<string | undefined>(['audit', 'file_path'], undefined, from));
  const usual = named === undefined ? folders.auditDir : dirname(resolve(named));
  const dir = expandHome(reading.value(['audit', 'dir'], usual, from));
  const longer = (a: string, b: string) => (parseDuration(a)! >= parseDuration(b)! ? a : b);
  const capture = reading.value<AuditConfig['includeArguments'] | boolean>(
    ['audit', 'include_arguments'],
    'redacted',
    from,
  );
  return {
    enabled: reading.value(['audit', 'enabled'], true, from, either),
    dir,
    fallbackDir: dir === folders.auditDir ? join(folders.fallbackDir, 'audit') : undefined,
    includeArguments: typeof capture === 'boolean' ? (capture ? 'redacted' : 'none') : capture,
    rotate: {
      size: parseSize(reading.value<string | number>(['audit', 'rotate', 'size'], '50MB', from))!,
      keep: reading.value(['audit', 'rotate', 'keep'], 20, from),
    },
    retentionMs: parseDuration(reading.value(['audit', 'retention'], '90d', from, longer))!,
    onFailure: profiled<AuditConfig['onFailure']>(
      reading,
      profile,
      ['audit', 'on_failure'],
      'continue',
      'block',
      preferring('block'),
    ),
    shipping: resolveShipping(reading, from),
    fsync: reading.value(['audit', 'fsync'], '1s' as AuditConfig['fsync'], from, preferring('always')),
    checkpoints: resolveCheckpoints(reading, profile, from, folders),
  };
}

function resolveLog(reading: Reading, from: string): LogConfig {
  return {
    level: reading.value(['log', 'level'], 'info' as LogConfig['level'], from),
    file: expandHome(reading.value<string | undefined>(['log', 'file'], undefined, from)),
    format: reading.value(['log', 'format'], 'text' as LogConfig['format'], from),
  };
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
