import type { AuditWriter } from '../lib/audit/writer.ts';
import { isLoopback } from '../lib/config/addresses.ts';
import type { Gateway } from '../lib/gateway/gateway.ts';
import type { Config } from '../lib/model/config.ts';
import type { ServerLimits } from '../lib/model/server-config.ts';
import type { PolicyState } from '../lib/policy/state.ts';
import { compiledPolicy, type ReadConfig } from './compiled-policy.ts';

/**
 * Puts a new config in force, or leaves the old one and says why. What only a restart can apply is named; the
 * policy is compiled from what is really in force, so a backend that is gone from the config offers nothing.
 */
export async function reload(
  gateway: Gateway,
  audit: AuditWriter,
  state: PolicyState,
  read: () => Promise<ReadConfig>,
): Promise<void> {
  try {
    const { config, place } = await read();
    const kept: Config = {
      ...config,
      backends: keepLaunch(gateway.config, config),
      audit: gateway.config.audit,
      log: gateway.config.log,
      names: gateway.config.names,
      reload: gateway.config.reload,
      server: keepListening(gateway.config, config),
      limits: keepFrames(gateway.config, config),
    };
    if (loses(gateway.config, kept))
      throw new Error('others can reach the address that is open, and no API key is left');
    const policy = await compiledPolicy({ config: kept, place }, state);
    for (const key of needsRestart(gateway.config, config)) {
      const why = `${key} changed; it applies after a restart`;
      gateway.log.write('error', 'reload_needs_restart', { code: 'SP1014', why });
    }
    gateway.turn.run(() => {
      gateway.audit.event('config_reloaded', { policy: config.revision, before: gateway.config.revision });
      audit.change({ config: kept.audit, revision: config.revision });
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
  const launch = ({ backends }: Config) =>
    backends.map(({ tools, prompts, resources, limits, enforce, ...rest }) => rest);
  const once: readonly [string, (config: Config) => unknown][] = [
    ['how backends are launched', launch],
    ['audit', ({ audit }) => audit],
    ['log', ({ log }) => log],
    ['names', ({ names }) => names],
    ['reload', ({ reload }) => reload],
    ['server.listen_addr', ({ server: { host, port } }) => [host, port]],
    ['server.tls', ({ server: { tls } }) => tls],
    ['how many connections and how long', ({ server: { limits } }) => connectionLimits(limits)],
    ['limits.max_frame_bytes', ({ limits }) => limits.maxFrameBytes],
    ['limits.max_json_depth', ({ limits }) => limits.maxJsonDepth],
  ];
  return once.filter(([, pick]) => differs(pick)).map(([name]) => name);
}

/** Whether keys are taken away that a socket needs: it stays open where it was, whatever address is configured now. */
function loses({ server: before }: Config, { server: now }: Config): boolean {
  return before.apiKeys.length > 0 && now.apiKeys.length === 0 && !isLoopback(now);
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

/** Backends keep how they are launched; their lists and limits are the new ones. */
function keepLaunch(before: Config, now: Config): Config['backends'] {
  return before.backends.map((old) => {
    const next = now.backends.find(({ name }) => name === old.name);
    if (next === undefined) return { ...old, tools: NOTHING, prompts: NOTHING, resources: NOTHING, enforce: true };
    const { tools, prompts, resources, limits, enforce } = next;
    return { ...old, tools, prompts, resources, limits, enforce };
  });
}

/** A backend that was taken out of the config offers nothing from then on, even if it was only observed before. */
const NOTHING = {
  allowed: [{ patterns: [], layer: 0, rule: 'removed from the config', source: 'reload' }],
  denied: [],
};
