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
import { folders } from '../lib/config/folders.ts';
import { usableStateDir } from '../lib/config/state-dir.ts';
import { Gateway } from '../lib/gateway/gateway.ts';
import { Turn } from '../lib/gateway/turn.ts';
import { systemClock } from '../lib/model/clock.ts';
import type { BackendConfig, Config } from '../lib/model/config.ts';
import { VERSION } from '../lib/model/version.ts';
import type { DiagnosticLog } from '../lib/observe/log.ts';
import { WatchedAudit } from '../lib/observe/watched-audit.ts';
import { ByteBudget } from '../lib/wire/budget.ts';
import { type Approving, openApprovals } from './approving.ts';
import { openCovering } from './audit/covering.ts';
import { createCollector } from './collect.ts';
import { Authorizations } from './identity/authorizations.ts';
import { Identities } from './identity/identity.ts';
import { osUser } from './identity/os-user.ts';
import { keepConfigLater, keptConfig } from './kept/kept-config.ts';
import { openDoor } from './local/open-door.ts';
import { openLog, openTrace } from './output/diagnostics.ts';
import { KnownSecrets } from './output/known-secrets.ts';
import { compiledPolicy } from './policy/compiled-policy.ts';
import { tellOfBudgets } from './policy/spent-budgets.ts';
import { policyState } from './policy/state.ts';
import { stopsDir } from './policy/stops-dir.ts';
import { tellOfHabits } from './policy/tell-habits.ts';
import { type ComposeOptions, readConfig, sourcesOf } from './read-config.ts';
import { openPins, type PinSurroundings, plainReader, rereadPins } from './registry/pins.ts';
import { tellOfPins } from './registry/tell-pins.ts';
import { reload } from './reload.ts';
import { Surroundings } from './surroundings.ts';
import { watchingGround } from './watching/ground.ts';
import { Watching } from './watching/watching.ts';

export type { ComposeOptions } from './read-config.ts';

/** Bytes of unfinished frames a gateway holds at most, over all its peers. */
const BUDGET_BYTES = 64 * 1024 * 1024;

/** A gateway with everything around it. */
export interface Running {
  readonly gateway: Gateway;
  readonly config: Config;
  readonly log: DiagnosticLog;
  readonly audit: WatchedAudit;
  /** Where records go. */
  readonly auditDir: string;
  /** Bounds what is read and not yet understood, over all peers. */
  readonly budget: ByteBudget;
  /** What backends run in; undefined when none is to run in a sandbox. */
  readonly sandboxes: Sandboxes | undefined;
  /** Where secrets of backends come from; undefined when none works with any. */
  readonly credentials: Provision | undefined;
  readonly guardian: Guardian;
  /** How clients prove who they are. */
  readonly identities: Identities;
  readonly approving: Approving;
  /** Name of the operating system's user. */
  readonly user: string;
  /** Backends nobody has approved anything of, where only what is approved exists. */
  unapproved(): readonly string[];
  /** Has secrets masked wherever something is written down. */
  learn(secrets: readonly string[]): void;
  /** Ends the backends and everything they started, then the log; calls may finish first for `graceMs`. */
  close(abrupt: boolean, graceMs?: number): Promise<void>;
  /** Reads the config again; all of it or nothing is put in force. */
  reload(): Promise<void>;
}

/** The composition root: the only place where adapters meet their ports. Starts no backend. */
export async function compose(options: ComposeOptions): Promise<Running> {
  const sources = sourcesOf(options);
  const serves = options.pins === true;
  const kept = serves ? keptConfig(sources, options.overrides) : undefined;
  const read = kept ?? (await readConfig(options));
  if (serves && kept === undefined) keepConfigLater(sources);
  const { config } = read;
  const clock = systemClock;
  const usable = usableStateDir(folders());
  const wrapped = options.overrides.only !== undefined;
  let plain = await plainReader(sources);
  const around: PinSurroundings = {
    sources,
    get plain() {
      return plain;
    },
    stateDir: usable,
    wrapped,
    // All are there by the time anything is read.
    report: tellOfPins(
      () => audit,
      () => log,
      (work) => turn.run(work),
    ),
    now: () => clock.now(),
  };
  const pins = serves ? openPins(config, around) : undefined;
  const spent = tellOfBudgets(
    () => audit,
    (work) => turn.run(work),
  );
  const tellHabits = tellOfHabits(() => ({ audit, log, turn }));
  const state = policyState(clock, { stateDir: usable, stopsDir: stopsDir(), wrapped, pins, spent, tellHabits });
  const secrets = new KnownSecrets(config.secrets);
  const log = openLog(config, secrets.mask);
  const covering = await openCovering(config.audit, { clock, log, audit: () => audit });
  const written: AuditWriter = new AuditWriter(
    { config: config.audit, revision: config.revision },
    { clock, log, mask: secrets.mask, covering, unwritten: (event, fields) => audit.unwritten(event, fields) },
  );
  const audit = new WatchedAudit(written);
  const turn = new Turn(audit);
  const guardian = new Guardian(randomUUID());
  const { stateDir } = folders();
  const ground = { audit, log, clock, stateDir, guardian, turn: (work: () => void) => turn.run(work) };
  const identities = new Identities({ clock, log, learn: (some) => secrets.learn(some) });
  await identities.prepare(config.auth);
  const surroundings = new Surroundings({ ...ground, identities });
  const detectors = await surroundings.begin(read);
  const policy = await compiledPolicy(read, { ...state, detectors });
  const budget = new ByteBudget(BUDGET_BYTES);
  const trace = options.traceFrames === undefined ? undefined : openTrace(options.traceFrames, log);
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
    get sandboxes() {
      return surroundings.sandboxes;
    },
    credentials,
    limiter: new Limiter(),
    tap: trace?.tap,
    event: (event, fields) => audit.event(event, fields),
    turn: (work) => turn.run(work),
  };
  const authorizations = await Authorizations.open(config, {
    clock,
    stateDir: usable,
    learn: (some) => secrets.learn(some),
  });
  const http = config.backends.some(isRemote) ? await import('../backends/http/http-server.ts') : undefined;
  const httpPad = { ...pad, authorizationOf: (backend: BackendConfig) => authorizations.of(backend) };
  const makeServer = (backend: BackendConfig, owner: string) =>
    isRemote(backend) ? new http!.HttpServer(backend, httpPad) : new StdioServer(backend, pad, owner);
  const eras = new EraFile(join(pad.stateDir, 'eras.json'), log);
  const shared = {
    version: VERSION,
    config,
    policy,
    turn,
    audit,
    log,
    clock,
    budget,
    eras,
    makeServer,
    registry: pins,
  };
  const serving = options.overrides.serving === true;
  const inForce = () => gateway;
  const onlookersWithinMs = () => local?.onlookersWithinMs() ?? 0;
  const about = { stateDir: usable, mask: secrets.mask, serving, inForce, onlookersWithinMs };
  const approving = openApprovals({ ...ground, ...about });
  const watched = { ...ground, stateDir: usable, secrets, state, pins, written, surroundings, approving };
  const door = serving ? 'http' : 'stdio';
  const watching = await Watching.open(config, watchingGround(watched, serves ? door : undefined, inForce));
  const { approvals } = approving;
  const { tracing } = watching;
  const gateway = new Gateway({ ...shared, approvals, tracing, relieve: createCollector(), tap: trace?.tap('client') });
  const local = serves
    ? openDoor({ ...ground, stateDir: usable, gateway, desk: approving.desk, state, mask: secrets.mask }, options)
    : undefined;
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
    plain = await plainReader(sources);
    return now;
  };
  return {
    gateway,
    config,
    log,
    audit,
    get auditDir() {
      return written.dir;
    },
    budget,
    sandboxes: surroundings.sandboxes,
    credentials,
    guardian,
    identities,
    approving,
    user: osUser(),
    unapproved: () => {
      const { backends, registry } = config;
      if (registry.pin !== 'strict') return [];
      return backends.map(({ name }) => name).filter((name) => pins?.of(name)?.isPinned === false);
    },
    learn: (some) => secrets.learn(some),
    reload: () => {
      reloaded = reloaded
        .catch(() => {})
        .then(() =>
          reload(gateway, written, { state, surroundings }, readAgain, (now) => pins && rereadPins(pins, now, around)),
        );
      return reloaded;
    },
    close: async (abrupt, graceMs) => {
      state.stops.close();
      await local?.close();
      await gateway.close(abrupt, graceMs);
      await approving.close();
      await surroundings.close();
      identities.close();
      const stragglers = await sweep(guardian.run);
      if (stragglers > 0) log.write('warn', 'stragglers_ended', { count: stragglers });
      await guardian.close();
      turn.run(() => audit.close());
      await watching.close();
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
