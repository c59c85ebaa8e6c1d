import type { Guardian } from '../backends/guardian.ts';
import { BwrapDriver } from '../backends/sandbox/bwrap.ts';
import { Drivers } from '../backends/sandbox/choose.ts';
import { Container } from '../backends/sandbox/container.ts';
import { Sandboxes } from '../backends/sandbox/sandboxes.ts';
import { Seatbelt } from '../backends/sandbox/seatbelt.ts';
import { confinementOf } from '../lib/confine/files.ts';
import { namedHosts, usualRule } from '../lib/confine/named-hosts.ts';
import type { AuditLog } from '../lib/model/audit.ts';
import type { BackendConfig, Config } from '../lib/model/config.ts';
import type { EgressLog } from '../lib/model/egress.ts';
import type { Log } from '../lib/model/log.ts';
import { isLoopbackHost } from '../lib/model/loopback.ts';

export interface SandboxingGround {
  readonly config: Config;
  readonly audit: AuditLog;
  readonly log: Log;
  readonly stateDir: string;
  readonly guardian: Guardian;
  turn(work: () => void): void;
}

/** The sandboxes of one gateway, with the policy that says what they hold. */
export function openSandboxes({ config, audit, log, stateDir, guardian, turn }: SandboxingGround): Sandboxes {
  const event = (name: string, fields: Readonly<Record<string, unknown>>) => turn(() => audit.event(name, fields));
  // Each start asks for those of all, and none of them changes.
  const confinements = new Map(config.backends.map((one) => [one.name, confinementOf(config, one)]));
  return new Sandboxes({
    drivers: new Drivers(allDrivers(), stateDir),
    stateDir,
    guardian,
    inherited: process.env,
    log,
    event,
    egressLog: egressLog(audit, log, turn),
    confinementOf: (backend) => confinements.get(backend.name) ?? confinementOf(config, backend),
    othersWrite: (name) => [...confinements].flatMap(([other, { write }]) => (other === name ? [] : write)),
    egressOf: (backend) => egressOf(config, backend),
  });
}

/** Every way of isolation there is, whether it works here or not. */
export function allDrivers() {
  return [new BwrapDriver(), new Seatbelt(), new Container('docker'), new Container('podman')];
}

async function egressOf(config: Config, { name, sandbox }: BackendConfig) {
  const own = usualRule(config, name, sandbox.usualHosts);
  const all = namedHosts(config, name, own);
  const named = sandbox.usesProxy ? all.filter(({ host }) => isLoopbackHost(host)) : all;
  // Only connections are judged by it, so what needs no network need not wait for it to be loaded.
  const { egressRules } = await import('../lib/confine/egress.ts');
  return { rules: await egressRules(config, name, own), named };
}

/** Connections are evidence like calls: written before they are made, and none is made that cannot be written. */
function egressLog(audit: AuditLog, log: Log, turn: (work: () => void) => void): EgressLog {
  return {
    decided: (event) => {
      audit.event('egress', { ...event });
      if (event.decision !== 'allow') log.write('info', 'egress_refused', { ...event });
      return audit.commit() || !audit.blocksOnFailure;
    },
    ended: (end) => turn(() => audit.event('egress_done', { ...end, ms: Math.round(end.ms * 1000) / 1000 })),
  };
}
