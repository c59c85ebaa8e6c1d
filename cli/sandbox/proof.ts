import { randomInt } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { runInside } from '../../backends/sandbox/inside.ts';
import { ATTEMPTS, type Attempt, proofCommand, proofOf, type Verdict } from '../../backends/sandbox/proof.ts';
import { folders } from '../../lib/config/folders.ts';
import type { BackendConfig } from '../../lib/model/config.ts';
import { SandboxFault } from '../../lib/model/sandbox.ts';
import type { Running } from '../compose.ts';

/** What was tried from inside the sandbox of one backend. */
export interface Proved {
  readonly backend: string;
  /** Undefined when it runs without a sandbox. */
  readonly driver: string | undefined;
  readonly said: string;
  /** What would give it a sandbox, where there is none; it may take several lines. */
  readonly fix?: string;
  /** Whether everything was held that its sandbox is there to hold. */
  readonly ok: boolean;
  readonly attempts: Readonly<Partial<Record<Attempt, Verdict>>>;
}

const OFF = 'off: it can do all that you can; `sandbox: { mode: auto }` holds it';
const WITHIN_MS = 30_000;
const SYSTEM = ['/etc', '/usr', '/var'];

/** Runs each backend's sandbox with a program that tries to break out in the place of the backend. */
export function proveSandboxes(running: Running): Promise<Proved[]> {
  return Promise.all(
    running.config.backends.filter(({ remote }) => remote === undefined).map((one) => prove(one, running)),
  );
}

async function prove(backend: BackendConfig, { sandboxes, guardian, config }: Running): Promise<Proved> {
  const { name, sandbox } = backend;
  if (sandboxes === undefined || sandbox.mode === 'off') {
    return { backend: name, driver: undefined, said: OFF, ok: true, attempts: {} };
  }
  const choice = await sandboxes.drivers.choose(sandbox);
  if (choice.driver === undefined) {
    const isRequired = sandbox.mode === 'required';
    const said = `none can be had here: ${choice.why} (${isRequired ? 'SP5023' : 'SP5024'})`;
    return { backend: name, driver: undefined, said, fix: choice.fix, ok: !isRequired, attempts: {} };
  }
  const { hide, own, write } = sandboxes.confinementOf(backend);
  const home = config.homeDir;
  const isWritable = (path: string) => write.some((one) => path === one.path || path.startsWith(`${one.path}/`));
  const nonce = String(randomInt(1e9, 1e10));
  const ground = {
    secret: [...hide, ...own.flatMap(partsOf)],
    outside: [home, ...SYSTEM].filter((one) => !isWritable(one)),
    home,
    nonce,
  };
  // What is proved here holds with and without its secrets, so none are asked for.
  const inside = { sandboxes, credentials: undefined, guardian, inherited: process.env, stateDir: folders().stateDir };
  try {
    const { printed, driver } = await runInside(backend, proofCommand(ground), 'pipe', inside, WITHIN_MS);
    const attempts = await proofOf(printed, ground);
    const open = ATTEMPTS.filter((attempt) => attempts[attempt] === 'open' && !isMeant(attempt, backend));
    const said = `${driver}, network ${sandbox.network}${open.length === 0 ? '' : `; not held: ${open.join(', ')}`}`;
    return { backend: name, driver, said, ok: open.length === 0, attempts };
  } catch (error) {
    if (!(error instanceof SandboxFault)) throw error;
    return {
      backend: name,
      driver: undefined,
      said: `${error.message}; ${error.fix}`,
      ok: !sandbox.isAsked,
      attempts: {},
    };
  }
}

/** With the network of the machine, its neighbours are reached, and that is what was asked for. */
function isMeant(attempt: Attempt, { sandbox }: BackendConfig): boolean {
  return attempt === 'metadata' && sandbox.network === 'host';
}

/** Our state folder holds the folder each backend has of its own, which is all of it a backend may see. */
function partsOf(own: string): string[] {
  if (own !== folders().stateDir) return [own];
  return readdirSync(own)
    .filter((name) => name !== 'sandbox')
    .map((name) => join(own, name));
}
