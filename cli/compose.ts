import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Provision } from '../backends/credentials/provision.ts';
import { EraFile } from '../backends/era-memory.ts';
import { Guardian } from '../backends/guardian.ts';
import { Limiter } from '../backends/limits/limiter.ts';
import { sweep } from '../backends/process.ts';
import { ProcessQuota } from '../backends/process-quota.ts';
import type { Sandboxes } from '../backends/sandbox/sandboxes.ts';
import { type Launchpad, StdioServer } from '../backends/stdio-server.ts';
import { AuditWriter } from '../lib/audit/writer.ts';
import { configFiles, type Sources } from '../lib/config/choose.ts';
import { folders } from '../lib/config/folders.ts';
import type { Loaded } from '../lib/config/load.ts';
import type { Overrides } from '../lib/config/overrides.ts';
import { resolveConfig } from '../lib/config/resolve.ts';
import { usableStateDir } from '../lib/config/state-dir.ts';
import { Gateway } from '../lib/gateway/gateway.ts';
import { Turn } from '../lib/gateway/turn.ts';
import { systemClock } from '../lib/model/clock.ts';
import type { BackendConfig, Config } from '../lib/model/config.ts';
import type { Log } from '../lib/model/log.ts';
import type { Mask } from '../lib/model/mask.ts';
import { VERSION } from '../lib/model/version.ts';
import { FrameTrace } from '../lib/observe/frame-trace.ts';
import { DiagnosticLog } from '../lib/observe/log.ts';
import { ByteBudget } from '../lib/wire/budget.ts';
import { createCollector } from './collect.ts';
import { compiledPolicy } from './compiled-policy.ts';
import { KnownSecrets } from './known-secrets.ts';
import { osUser } from './os-user.ts';
import { policyState } from './policy-state.ts';
import { CommandError } from './print.ts';
import { reload } from './reload.ts';
import { stopsDir } from './stops-dir.ts';

/** Bytes of unfinished frames a gateway holds at most, over all its peers. */
const BUDGET_BYTES = 64 * 1024 * 1024;

export interface ComposeOptions {
  readonly config?: string | undefined;
  readonly overrides: Overrides;
  /** Whether the config of the project tightens the one that was chosen [unless `serve` asks]. */
  readonly project?: boolean | undefined;
  readonly traceFrames?: string | undefined;
}

/** A gateway with everything around it. */
export interface Running {
  readonly gateway: Gateway;
  readonly config: Config;
  readonly log: DiagnosticLog;
  readonly audit: AuditWriter;
  /** Bounds what is read and not yet understood, over all peers. */
  readonly budget: ByteBudget;
  /** What backends run in; undefined when none is to run in a sandbox. */
  readonly sandboxes: Sandboxes | undefined;
  /** Where secrets of backends come from; undefined when none works with any. */
  readonly credentials: Provision | undefined;
  readonly guardian: Guardian;
  /** Name of the operating system's user. */
  readonly user: string;
  /** Ends the backends and everything they started, then the log; calls may finish first for `graceMs`. */
  close(abrupt: boolean, graceMs?: number): Promise<void>;
  /** Reads the config again; all of it or nothing is put in force. */
  reload(): Promise<void>;
}

/** Reads the config as the command line and the environment choose it. */
export async function readConfig(options: ComposeOptions): Promise<Loaded> {
  const project = options.project ?? options.overrides.serving !== true;
  const sources: Sources = { flag: options.config, env: process.env, folders: folders(), project };
  if (configFiles(sources).length === 0 && options.overrides.only !== undefined) {
    const place = (_rule: string, source: string) => source;
    return { ...resolveConfig([], options.overrides, sources.folders), warnings: [], place };
  }
  const { loadConfig } = await import('../lib/config/load.ts');
  return loadConfig(sources, options.overrides);
}

/** The composition root: the only place where adapters meet their ports. Starts no backend. */
export async function compose(options: ComposeOptions): Promise<Running> {
  const read = await readConfig(options);
  const { config } = read;
  const clock = systemClock;
  const state = policyState(clock, {
    stateDir: usableStateDir(folders()),
    stopsDir: stopsDir(),
    wrapped: options.overrides.only !== undefined,
  });
  const policy = await compiledPolicy(read, state);
  const secrets = new KnownSecrets(config.secrets);
  const log = openLog(config, secrets.mask);
  const audit = new AuditWriter(
    { config: config.audit, revision: config.revision },
    { clock, log, mask: secrets.mask },
  );
  const turn = new Turn(audit);
  const guardian = new Guardian(randomUUID());
  const budget = new ByteBudget(BUDGET_BYTES);
  const trace = options.traceFrames === undefined ? undefined : openTrace(options.traceFrames, log);
  const { stateDir } = folders();
  const sandboxing = { config, audit, log, stateDir, guardian, turn: (work: () => void) => turn.run(work) };
  const sandboxes = config.backends.some(({ sandbox }) => sandbox.mode !== 'off')
    ? (await import('./sandboxing.ts')).openSandboxes(sandboxing)
    : undefined;
  const credentials = config.backends.some((backend) => backend.credentials.variables.length > 0)
    ? new (await import('../backends/credentials/provision.ts')).Provision({
        environment: process.env,
        learn: (some) => secrets.learn(some),
      })
    : undefined;
  const pad: Launchpad = {
    guardian,
    clock,
    log,
    budget,
    limits: config.limits,
    processes: new ProcessQuota(config.limits.maxProcesses, config.limits.maxProcessesPerClient),
    inherited: process.env,
    user: osUser(),
    stateDir,
    sandboxes,
    credentials,
    limiter: new Limiter(),
    tap: trace?.tap,
    event: (event, fields) => audit.event(event, fields),
    turn: (work) => turn.run(work),
  };
  const http = config.backends.some(isRemote) ? await import('../backends/http/http-server.ts') : undefined;
  const makeServer = (backend: BackendConfig, owner: string) =>
    isRemote(backend) ? new http!.HttpServer(backend, pad) : new StdioServer(backend, pad, owner);
  const eras = new EraFile(join(pad.stateDir, 'eras.json'), log);
  const shared = { version: VERSION, config, policy, turn, audit, log, clock, budget, eras, makeServer };
  const gateway = new Gateway({ ...shared, relieve: createCollector(), tap: trace?.tap('client') });
  state.stops.watch(({ backend, by, why }, inForce) => {
    const event = inForce ? 'stopped' : 'resumed';
    turn.run(() => {
      if (inForce) audit.event('stopped', { backend, by, why });
      else audit.event('resumed', { backend, by, why });
    });
    log.write('warn', event, { backend, by, why });
  });
  // One after the other, so that the newest config is the last to be put in force.
  let reloaded = Promise.resolve();
  const readAgain = async () => {
    const now = await readConfig(options);
    secrets.learn(now.config.secrets);
    return now;
  };
  return {
    gateway,
    config,
    log,
    audit,
    budget,
    sandboxes,
    credentials,
    guardian,
    user: osUser(),
    reload: () => {
      reloaded = reloaded.catch(() => {}).then(() => reload(gateway, audit, state, readAgain));
      return reloaded;
    },
    close: async (abrupt, graceMs) => {
      state.stops.close();
      await gateway.close(abrupt, graceMs);
      await sandboxes?.close();
      const stragglers = await sweep(guardian.run);
      if (stragglers > 0) log.write('warn', 'stragglers_ended', { count: stragglers });
      await guardian.close();
      turn.run(() => audit.close());
      state.close();
      await log.close();
      trace?.close();
    },
  };
}

/** What HTTP needs is loaded only where it is needed: a start must not pay for it. */
function isRemote({ remote }: BackendConfig): boolean {
  return remote !== undefined;
}

function openLog(config: Config, mask: Mask): DiagnosticLog {
  const { logDir, fallbackDir } = folders();
  const stderr = (line: string) => process.stderr.write(`${line}\n`);
  return new DiagnosticLog(config.log, {
    clock: systemClock,
    mask,
    dir: logDir,
    fallbackDir: `${fallbackDir}/log`,
    stderr,
  });
}

function openTrace(path: string, log: Log): FrameTrace {
  const failed = (error: Error) => log.write('error', 'trace_ended', { why: `${path}: ${error.message}` });
  try {
    return new FrameTrace(path, systemClock, failed);
  } catch (error) {
    throw new CommandError(`--trace-frames: ${(error as Error).message}`);
  }
}
