import type { Guardian } from '../../backends/guardian.ts';
import { BwrapDriver } from '../../backends/sandbox/bwrap.ts';
import { Drivers } from '../../backends/sandbox/choose.ts';
import { Container } from '../../backends/sandbox/container.ts';
import { Sandboxes } from '../../backends/sandbox/sandboxes.ts';
import { Seatbelt } from '../../backends/sandbox/seatbelt.ts';
import type { AuditLog } from '../../lib/model/audit.ts';
import type { Config } from '../../lib/model/config.ts';
import type { EgressLog } from '../../lib/model/egress.ts';
import type { Log } from '../../lib/model/log.ts';
import { ConfinementsInForce } from './confinements.ts';

export interface SandboxingGround {
  readonly config: Config;
  readonly audit: AuditLog;
  readonly log: Log;
  readonly stateDir: string;
  readonly guardian: Guardian;
  turn(work: () => void): void;
}

/** The sandboxes of one gateway, and the policy that says what they hold. */
export interface Sandboxing {
  readonly sandboxes: Sandboxes;
  readonly inForce: ConfinementsInForce;
}

export function openSandboxes({ config, audit, log, stateDir, guardian, turn }: SandboxingGround): Sandboxing {
  const event = (name: string, fields: Readonly<Record<string, unknown>>) => turn(() => audit.event(name, fields));
  const inForce = new ConfinementsInForce(config);
  const sandboxes = new Sandboxes({
    drivers: new Drivers(allDrivers(), stateDir),
    stateDir,
    guardian,
    inherited: process.env,
    log,
    event,
    egressLog: egressLog(audit, log, turn),
    confinementOf: (backend) => inForce.confinementOf(backend),
    othersWrite: (name) => inForce.othersWrite(name),
    namedHosts: (backend) => inForce.namedHosts(backend),
    egressOf: (backend) => inForce.egressOf(backend),
  });
  return { sandboxes, inForce };
}

/** Every way of isolation there is, whether it works here or not. */
export function allDrivers() {
  return [new BwrapDriver(), new Seatbelt(), new Container('docker'), new Container('podman')];
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
