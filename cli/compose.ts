import { randomUUID } from 'node:crypto';
import { userInfo } from 'node:os';
import { Guardian } from '../backends/guardian.ts';
import { sweep } from '../backends/process.ts';
import { StdioServer } from '../backends/stdio-server.ts';
import { AuditWriter } from '../lib/audit/writer.ts';
import { CHECKS } from '../lib/checks/index.ts';
import { configFiles, type Sources } from '../lib/config/choose.ts';
import { folders } from '../lib/config/folders.ts';
import type { Problem } from '../lib/config/problems.ts';
import { type Overrides, type Resolved, resolveConfig } from '../lib/config/resolve.ts';
import { Gateway } from '../lib/gateway/gateway.ts';
import { Turn } from '../lib/gateway/turn.ts';
import { systemClock } from '../lib/model/clock.ts';
import type { Config } from '../lib/model/config.ts';
import { VERSION } from '../lib/model/version.ts';
import { FrameTrace } from '../lib/observe/frame-trace.ts';
import { DiagnosticLog } from '../lib/observe/log.ts';
import { createMask } from '../lib/observe/mask.ts';
import { compilePolicy } from '../lib/policy/policy.ts';
import { ByteBudget } from '../lib/wire/budget.ts';

/** Bytes of unfinished frames a gateway holds at most, over all its peers. */
const BUDGET_BYTES = 64 * 1024 * 1024;

export interface ComposeOptions {
  readonly config?: string | undefined;
  readonly overrides: Overrides;
  readonly traceFrames?: string | undefined;
}

/** A gateway with everything around it. */
export interface Running {
  readonly gateway: Gateway;
  readonly config: Config;
  readonly log: DiagnosticLog;
  readonly audit: AuditWriter;
  /** Name of the operating system's user. */
  readonly user: string;
  /** Ends the backends and everything they started, then the log. */
  close(abrupt: boolean): Promise<void>;
  /** Reads the config again; all of it or nothing is put in force. */
  reload(): Promise<void>;
}

/** Reads the config as the command line and the environment choose it. */
export async function readConfig(
  options: ComposeOptions,
): Promise<Resolved & { readonly warnings: readonly Problem[] }> {
  const sources: Sources = { flag: options.config, env: process.env, folders: folders() };
  if (configFiles(sources).length === 0 && options.overrides.only !== undefined) {
    return { ...resolveConfig([], options.overrides, sources.folders), warnings: [] };
  }
  const { loadConfig } = await import('../lib/config/load.ts');
  return loadConfig(sources, options.overrides);
}

/** The composition root: the only place where adapters meet their ports. Starts no backend. */
export async function compose(options: ComposeOptions): Promise<Running> {
  const { config } = await readConfig(options);
  const policy = compilePolicy(config, CHECKS);
  const clock = systemClock;
  const mask = createMask(config.secrets);
  const places = folders();
  const log = new DiagnosticLog(config.log, {
    clock,
    mask,
    dir: places.logDir,
    fallbackDir: `${places.fallbackDir}/log`,
    stderr: (line) => process.stderr.write(`${line}\n`),
  });
  const audit = new AuditWriter({ config: config.audit, revision: config.revision }, { clock, log, mask });
  const turn = new Turn(audit);
  const guardian = new Guardian(randomUUID());
  const budget = new ByteBudget(BUDGET_BYTES);
  const trace = options.traceFrames === undefined ? undefined : new FrameTrace(options.traceFrames, clock);
  const tap =
    trace && ((peer: string) => (direction: 'in' | 'out', bytes: Buffer) => trace.write(peer, direction, bytes));
  const pad = {
    guardian,
    clock,
    log,
    budget,
    limits: { maxFrameBytes: config.limits.maxFrameBytes, maxDepth: config.limits.maxJsonDepth },
    inherited: process.env,
    stateDir: places.stateDir,
    tap,
    turn: (work: () => void) => turn.run(work),
  };
  const servers = config.backends.map((backend) => new StdioServer(backend, pad));
  const parts = {
    version: VERSION,
    config,
    policy,
    turn,
    audit,
    log,
    clock,
    budget,
    servers,
    tap: tap?.('client'),
  };
  const gateway = new Gateway(parts);
  return {
    gateway,
    config,
    log,
    audit,
    user: userInfo().username,
    reload: () => reload(options, gateway, audit),
    close: async (abrupt) => {
      await gateway.close(abrupt);
      const stragglers = await sweep(guardian.run);
      if (stragglers > 0) log.write('warn', 'stragglers_ended', { count: stragglers });
      await guardian.close();
      turn.run(() => audit.close());
      await log.close();
      trace?.close();
    },
  };
}

/** Puts a new config in force, or leaves the old one and says why. What only a restart can apply is named. */
async function reload(options: ComposeOptions, gateway: Gateway, audit: AuditWriter): Promise<void> {
  try {
    const { config } = await readConfig(options);
    const policy = compilePolicy(config, CHECKS);
    const fixed = needsRestart(gateway.config, config);
    for (const key of fixed)
      gateway.log.write('error', 'reload_needs_restart', {
        code: 'SP1014',
        why: `${key} changed; it applies after a restart`,
      });
    const kept: Config = {
      ...config,
      backends: keepLaunch(gateway.config, config),
      audit: gateway.config.audit,
      log: gateway.config.log,
      names: gateway.config.names,
    };
    gateway.turn.run(() => {
      gateway.audit.event('config_reloaded', { policy: config.revision, before: gateway.config.revision });
      audit.change({ config: kept.audit, revision: config.revision });
      gateway.apply(kept, policy);
    });
  } catch (error) {
    const why = (error as Error).message;
    gateway.turn.run(() => gateway.audit.event('config_reload_failed', { policy: gateway.config.revision, why }));
    gateway.log.write('error', 'config_reload_failed', { code: 'SP1013', why });
  }
}

/** Settings that are read once. */
function needsRestart(before: Config, now: Config): string[] {
  const differs = (pick: (config: Config) => unknown) => JSON.stringify(pick(before)) !== JSON.stringify(pick(now));
  const launch = (config: Config) =>
    config.backends.map(({ name, command, args, env, passEnv, cwd, era }) => ({
      name,
      command,
      args,
      env,
      passEnv,
      cwd,
      era,
    }));
  return [
    ...(differs(launch) ? ['how backends are launched'] : []),
    ...(differs(({ audit }) => audit) ? ['audit'] : []),
    ...(differs(({ log }) => log) ? ['log'] : []),
    ...(differs(({ names }) => names) ? ['names'] : []),
    ...(differs(({ limits }) => [limits.maxFrameBytes, limits.maxJsonDepth])
      ? ['limits.max_frame_bytes or limits.max_json_depth']
      : []),
  ];
}

/** Backends keep how they are launched; their lists and limits are the new ones. */
function keepLaunch(before: Config, now: Config): Config['backends'] {
  return before.backends.map((old) => {
    const next = now.backends.find(({ name }) => name === old.name);
    if (next === undefined) return { ...old, tools: NOTHING, prompts: NOTHING, resources: NOTHING };
    const { tools, prompts, resources, limits, enforce } = next;
    return { ...old, tools, prompts, resources, limits, enforce };
  });
}

/** A backend that was taken out of the config offers nothing from then on. */
const NOTHING = {
  allowed: [{ patterns: [], rule: 'removed from the config', source: 'reload' }],
  denied: [],
};
