import type { BackendConfig } from '../lib/model/config.ts';
import { CredentialFault } from '../lib/model/credentials.ts';
import { SandboxFault } from '../lib/model/sandbox.ts';
import type { Outage } from '../lib/model/server.ts';
import { NOTHING_GIVEN } from './credentials/given.ts';
import type { Provision } from './credentials/provision.ts';
import type { Launch } from './launch.ts';
import type { Confined } from './sandbox/confined.ts';
import { plainly } from './sandbox/plainly.ts';
import type { Particular, Sandboxes } from './sandbox/sandboxes.ts';
import { surroundings } from './sandbox/surroundings.ts';

/** What a start may need besides the program; undefined where no backend needs it. */
export interface Needs {
  readonly sandboxes: Sandboxes | undefined;
  readonly credentials: Provision | undefined;
}

/** Whether a backend is started as its config says, with nothing to be had before. */
export function isPlain({ sandbox, credentials }: BackendConfig, { sandboxes }: Needs): boolean {
  return (sandboxes === undefined || sandbox.mode === 'off') && credentials.variables.length === 0;
}

/** What it would be started in now, as a text that is another one when anything of it is. */
export function surroundingsOf(config: BackendConfig, { sandboxes }: Pick<Needs, 'sandboxes'>): string {
  if (sandboxes === undefined || config.sandbox.mode === 'off') return surroundings(config);
  return sandboxes.surroundingsOf(config);
}

/** The outage that a fault of {@link prepared} is; undefined for other errors, and for none. */
export function refusedStart(name: string, error: Error | undefined): Outage | undefined {
  if (!(error instanceof SandboxFault || error instanceof CredentialFault)) return undefined;
  const code = error instanceof SandboxFault ? 'SP5023' : 'SP5025';
  return { code, text: `${name} was not started: ${error.message}`, hint: error.fix };
}

/** One start with its secrets, in its sandbox. Rejects with a `CredentialFault` or a `SandboxFault`. */
export async function prepared(
  config: BackendConfig,
  launch: Launch,
  variables: Readonly<Record<string, string>>,
  particular: Particular,
  { sandboxes, credentials }: Needs,
): Promise<Confined> {
  const given = (await credentials?.forStart(config)) ?? NOTHING_GIVEN;
  const all = { ...variables, ...given.variables };
  if (sandboxes !== undefined && config.sandbox.mode !== 'off') {
    return sandboxes.confine(config, launch, all, { ...particular, heldBack: given.heldBack });
  }
  if (given.heldBack !== undefined) {
    throw new SandboxFault(
      'its credentials are held back, and nothing does so without a sandbox',
      'set `sandbox.mode`',
    );
  }
  return plainly(config, launch, all);
}
