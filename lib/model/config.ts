import type { AlertRule } from './alerts-config.ts';
import type { AnomalyConfig } from './anomaly.ts';
import type { ApprovalsConfig } from './approvals-config.ts';
import type { AuthConfig } from './auth-config.ts';
import type { CheckpointConfig } from './checkpoint-config.ts';
import type { CredentialsConfig } from './credentials.ts';
import type { Effect } from './decision.ts';
import type { Era } from './era.ts';
import type { InspectionConfig } from './inspection.ts';
import type { TokensConfig } from './issuing.ts';
import type { Lists } from './lists.ts';
import type { MetricsConfig } from './metrics-config.ts';
import type { NotifyConfig } from './notify-config.ts';
import type { RegistryConfig } from './registry.ts';
import type { Policies } from './rules.ts';
import type { SandboxConfig } from './sandbox.ts';
import type { ServerConfig } from './server-config.ts';
import type { ShippingConfig } from './shipping.ts';
import type { TelemetryConfig } from './telemetry-config.ts';

export interface Limits {
  readonly maxFrameBytes: number;
  readonly maxRequestBytes: number;
  readonly maxResponseBytes: number;
  readonly onOversize: 'truncate' | 'block';
  readonly executionTimeoutMs: number;
  readonly maxConcurrentCalls: number;
  /** Requests of one principal that may run at a time, over all its clients and backends. */
  readonly maxPending: number;
  /** Processes of backends that may run at a time. */
  readonly maxProcesses: number;
  /** Those of one principal. */
  readonly maxProcessesPerClient: number;
  readonly maxJsonDepth: number;
}

/** An MCP server that runs elsewhere and is reached by HTTP. */
export interface RemoteConfig {
  readonly url: string;
  /** Sent with every request; their values are secrets. */
  readonly headers: Readonly<Record<string, string>>;
  readonly transport: 'auto' | 'streamable' | 'sse';
  /** Its host name may lead into private networks. */
  readonly allowPrivate: boolean;
  /** It may be reached without TLS. */
  readonly allowInsecure: boolean;
  readonly connectTimeoutMs: number;
}

export interface BackendConfig {
  readonly name: string;
  /** Name of the preset that knows its tools; undefined when none does. */
  readonly preset: string | undefined;
  /** Program to start; empty for a backend that is reached by HTTP. */
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly passEnv: readonly string[];
  readonly cwd: string;
  /** Where it is reached, when it is not started here. */
  readonly remote: RemoteConfig | undefined;
  readonly era: Era | 'auto';
  readonly start: 'lazy' | 'eager';
  readonly startTimeoutMs: number;
  /** Processes a legacy server may have for one modern client whose calls it may ask back. */
  readonly maxProcesses: number;
  readonly restart: { readonly max: number; readonly windowMs: number };
  readonly enforce: boolean;
  readonly tools: Lists;
  readonly prompts: Lists;
  readonly resources: Lists;
  readonly limits: Limits;
  readonly sandbox: SandboxConfig;
  readonly credentials: CredentialsConfig;
}

export interface AuditConfig {
  readonly enabled: boolean;
  readonly dir: string;
  /** Used when `dir` cannot be made; absent when the operator chose `dir`. */
  readonly fallbackDir: string | undefined;
  readonly includeArguments: 'none' | 'hash' | 'redacted' | 'full';
  readonly rotate: { readonly size: number; readonly keep: number };
  readonly retentionMs: number;
  readonly onFailure: 'block' | 'continue';
  readonly fsync: 'always' | '1s';
  readonly checkpoints: CheckpointConfig;
  /** Where records go besides the files; undefined when nowhere. */
  readonly shipping: ShippingConfig | undefined;
}

export interface LogConfig {
  readonly level: 'error' | 'warn' | 'info' | 'debug';
  /** A path, or `stderr`; undefined for a file of this process in the state folder. */
  readonly file: string | undefined;
  readonly format: 'text' | 'json';
}

export interface DefaultEffect {
  readonly effect: Effect;
  readonly rule: string;
  readonly source: string;
  readonly layer: number;
}

/** The config as the rest of the program sees it: complete, resolved, frozen. */
export interface Config {
  readonly profile: 'balanced' | 'strict';
  readonly server: ServerConfig;
  readonly auth: AuthConfig;
  readonly tokens: TokensConfig;
  readonly backends: readonly BackendConfig[];
  /** What each layer says of things nothing grants; only a grant of the same layer overrules it. */
  readonly defaults: readonly DefaultEffect[];
  readonly requests: Readonly<Record<'sampling' | 'elicitation' | 'roots', Effect>>;
  readonly policies: Policies;
  readonly inspection: InspectionConfig;
  readonly registry: RegistryConfig;
  /** How calls are judged that are unlike those before; undefined where they are not. */
  readonly anomaly: AnomalyConfig | undefined;
  /** Folder of the project, absolute; undefined when there is none that could be told from the whole home. */
  readonly projectDir: string | undefined;
  /** Home folder of the user, which backends run under as well. */
  readonly homeDir: string;
  /** Files and folders of our own, which no call may write and none read: config, state, log, audit. */
  readonly ownPaths: readonly string[];
  readonly methodsAllow: readonly string[];
  readonly extensionsAllow: readonly string[];
  readonly limits: Limits;
  readonly listTimeoutMs: number;
  readonly names: { readonly prefix: boolean; readonly maxLength: number };
  readonly instructions: 'merged' | 'none';
  readonly approvals: ApprovalsConfig;
  readonly audit: AuditConfig;
  readonly log: LogConfig;
  readonly metrics: MetricsConfig;
  readonly telemetry: TelemetryConfig;
  readonly alerts: readonly AlertRule[];
  readonly notify: NotifyConfig;
  readonly reload: 'off' | 'signal';
  /** Values that must never be printed. */
  readonly secrets: readonly string[];
  /** SHA-256 over what was read, so that a decision names the policy it was made under. */
  readonly revision: string;
}
