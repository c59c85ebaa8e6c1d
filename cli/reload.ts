import type { AuditWriter } from '../lib/audit/writer.ts';
import { isLoopback } from '../lib/config/words/addresses.ts';
import type { Gateway } from '../lib/gateway/gateway.ts';
import { asksForProof } from '../lib/model/auth-config.ts';
import type { BackendConfig, Config } from '../lib/model/config.ts';
import type { ServerLimits } from '../lib/model/server-config.ts';
import type { PolicyState } from '../lib/policy/state.ts';
import { compiledPolicy, type ReadConfig } from './policy/compiled-policy.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Puts a new config in force, or leaves the old one and says why. What only a restart can apply is named; the
 * policy is compiled from what is really in force, so a backend that is gone from the config offers nothing.
 */
export async function reload(
  gateway: Gateway,
  audit: AuditWriter,
  { state, surroundings }: { readonly state: PolicyState; readonly surroundings: Surroundings },
  read: () => Promise<ReadConfig>,
  pins: (config: Config) => void = () => {},
): Promise<void> {
  try {
    const { config, place } = await read();
    const kept: Config = {
      ...config,
      backends: keepLaunch(gateway.config, config),
      tokens: gateway.config.tokens,
      audit: gateway.config.audit,
      log: gateway.config.log,
      alerts: gateway.config.alerts,
      notify: gateway.config.notify,
      names: gateway.config.names,
      metrics: gateway.config.metrics,
      telemetry: gateway.config.telemetry,
      reload: gateway.config.reload,
      server: keepListening(gateway.config, config),
      limits: keepFrames(gateway.config, config),
      registry: keepWatch(gateway.config, config),
    };
    if (loses(gateway.config, kept))
      throw new Error('others can reach the address that is open, and no API key is left');
    const names = config.backends.map(({ name }) => name);
    const gone = kept.backends.map(({ name }) => name).filter((name) => !names.includes(name));
    const next = { config: kept, place };
    const prepared = await surroundings.prepare(next, gateway.config, gone);
    const policy = await compiledPolicy(next, { ...state, detectors: prepared.detectors });
    for (const key of needsRestart(gateway.config, config)) {
      const why = `${key} changed; it applies after a restart`;
      gateway.log.write('error', 'reload_needs_restart', { code: 'SP1014', why });
    }
    gateway.turn.run(() => {
      pins(kept);
      gateway.audit.event('config_reloaded', { policy: config.revision, before: gateway.config.revision });
      audit.change({ config: kept.audit, revision: config.revision });
      prepared.inForce();
      gateway.apply(kept, policy);
    });
    gateway.log.write('info', 'config_reloaded', { policy: config.revision });
  } catch (error) {
    const why = (error as Error).message;
    gateway.turn.run(() => gateway.audit.event('config_reload_failed', { policy: gateway.config.revision, why }));
    gateway.log.write('error', 'config_reload_failed', { code: 'SP1013', why });
  }
}

/** Settings that are read once. */
function needsRestart(before: Config, now: Config): string[] {
  const differs = (pick: (config: Config) => unknown) => JSON.stringify(pick(before)) !== JSON.stringify(pick(now));
  const launch = ({ backends }: Config) => backends.map(launchOf);
  const once: readonly [string, (config: Config) => unknown][] = [
    ['how backends are launched', launch],
    ['how requests to backends are authorized (credentials.mode)', authorizationsOf],
    ['tokens', ({ tokens }) => tokens],
    ['audit', ({ audit }) => audit],
    ['log', ({ log }) => log],
    ['metrics', ({ metrics }) => metrics],
    ['telemetry', ({ telemetry }) => telemetry],
    ['alerts', ({ alerts }) => alerts.map(({ rule, source, ...alert }) => alert)],
    ['notify', ({ notify }) => notify],
    ['names', ({ names }) => names],
    ['reload', ({ reload }) => reload],
    ['server.listen_addr', ({ server: { host, port } }) => [host, port]],
    ['server.tls', ({ server: { tls } }) => tls],
    ['how many connections and how long', ({ server: { limits } }) => connectionLimits(limits)],
    ['security.registry.pin from or to off', ({ registry }) => registry.pin === 'off'],
    ['limits.max_frame_bytes', ({ limits }) => limits.maxFrameBytes],
    ['limits.max_json_depth', ({ limits }) => limits.maxJsonDepth],
  ];
  return once.filter(([, pick]) => differs(pick)).map(([name]) => name);
}

/** Whether keys are taken away that a socket needs: it stays open where it was, whatever address is configured now. */
function loses(before: Config, now: Config): boolean {
  return asksForProof(before.auth) && !asksForProof(now.auth) && !isLoopback(now.server);
}

/** The socket was opened with these. */
function keepListening(before: Config, now: Config): Config['server'] {
  const { host, port, tls, limits } = before.server;
  return { ...now.server, host, port, tls, limits: { ...now.server.limits, ...connectionLimits(limits) } };
}

function connectionLimits({ maxConnections, maxConnectionsPerAddress, requestTimeoutMs, idleTimeoutMs }: ServerLimits) {
  return { maxConnections, maxConnectionsPerAddress, requestTimeoutMs, idleTimeoutMs };
}

/** The readers of frames were made with these. */
function keepFrames(before: Config, now: Config): Config['limits'] {
  const { maxFrameBytes, maxJsonDepth } = before.limits;
  return { ...now.limits, maxFrameBytes, maxJsonDepth };
}

/** Lists are read as they are compared, or are not, from the start on. */
function keepWatch({ registry: before }: Config, { registry: now }: Config): Config['registry'] {
  return (before.pin === 'off') === (now.pin === 'off') ? now : { ...now, pin: before.pin };
}

/** Backends keep how they are launched; their lists and limits are the new ones. */
function keepLaunch(before: Config, now: Config): Config['backends'] {
  return before.backends.map((old) => {
    const next = now.backends.find(({ name }) => name === old.name);
    if (next === undefined) return { ...old, tools: NOTHING, prompts: NOTHING, resources: NOTHING, enforce: true };
    const { tools, prompts, resources, limits, enforce } = next;
    // What is usual for a sandbox follows from the program, so it waits for the restart that starts another one.
    const isSame = JSON.stringify(launchOf(old)) === JSON.stringify(launchOf(next));
    const sandbox = isSame ? next.sandbox : old.sandbox;
    return { ...old, tools, prompts, resources, limits, enforce, sandbox };
  });
}

/** Tokens are made and fetched for single requests by what was opened at the start. */
function authorizationsOf({ backends }: Config) {
  return backends.flatMap(({ name, credentials: { authorization } }) => (authorization ? [[name, authorization]] : []));
}

/** What is read once of a backend. */
function launchOf({ tools, prompts, resources, limits, enforce, sandbox, ...launch }: BackendConfig) {
  return launch;
}

/** A backend that was taken out of the config offers nothing from then on, even if it was only observed before. */
const NOTHING = {
  allowed: [{ patterns: [], layer: 0, rule: 'removed from the config', source: 'reload' }],
  denied: [],
};
