import type { BackendConfig } from '../lib/model/config.ts';
import type { Outage } from '../lib/model/server.ts';
import { type Breach, outageOf } from './limits/breach.ts';
import { refusedStart } from './prepared.ts';
import type { Exit } from './process.ts';
import { sandboxFailure } from './sandbox-failure.ts';
import { whyNotStarted } from './start-error.ts';

/** What is known of a process that has ended. */
export interface Ended {
  readonly exit: Exit;
  /** The limit that ended it, when one did. */
  readonly breach: Breach | undefined;
  /** It had answered its handshake. */
  readonly wasReady: boolean;
  /** The last line it wrote to its standard error. */
  readonly said: string | undefined;
  readonly hint: string | undefined;
}

/** The outage the end of a backend's process is, or of one that could not be started. */
export function outageBy({ name, command, cwd }: BackendConfig, { exit, breach, wasReady, said, hint }: Ended): Outage {
  const refused = refusedStart(name, exit.error);
  if (refused !== undefined) return refused;
  if (exit.error !== undefined) {
    const why = whyNotStarted(exit.error, command, cwd);
    return { code: 'SP5001', text: `${name} could not be started: ${why}`, exit };
  }
  if (breach !== undefined) return outageOf(name, breach, exit);
  const fault = wasReady ? undefined : sandboxFailure(exit, said);
  if (fault !== undefined) return { code: 'SP5023', text: `${name} was not started: ${fault}`, exit };
  const how = exit.signal === null ? `exited with code ${exit.code}` : `was ended by ${exit.signal}`;
  if (wasReady) return { code: 'SP5002', text: `${name} ${how}`, exit };
  return { code: 'SP5001', text: `${name} ${how} before its first answer`, hint, exit };
}
