import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import type { BackendConfig } from '../../lib/model/config.ts';
import type { Confinement } from '../../lib/model/confinement.ts';
import type { EgressLog, EgressRules, NamedHost } from '../../lib/model/egress.ts';
import type { Log } from '../../lib/model/log.ts';
import { type MountPath, type SandboxDriver, SandboxFault } from '../../lib/model/sandbox.ts';
import type { HeldBack } from '../credentials/given.ts';
import type { EgressProxy, EgressProxyOptions } from '../egress/egress-proxy.ts';
import type { Guardian } from '../guardian.ts';
import type { Launch } from '../launch.ts';
import type { Drivers } from './choose.ts';
import type { Confined } from './confined.ts';
import { type Forwards, forwardsFor, NOWHERE } from './forwards.ts';
import { npmCacheIn, uvCacheIn } from './install.ts';
import { installedInside, mustBeInstalled } from './installed-inside.ts';
import { plainly } from './plainly.ts';
import { rootFolders } from './root-folders.ts';
import { type Instead, refuseUnmakeable, sandboxSpec } from './spec.ts';
import { surroundings } from './surroundings.ts';

const CONNECT_MS = 10_000;
/** Connections of one backend at a time, browsers included. */
const MOST_CONNECTIONS = 512;

/** A step that takes several lines is for a terminal, and not for a log or an answer. */
const SHOWN_ELSEWHERE = '`sallyport doctor` prints what to do as root, and docs/sandbox.md as well';

/** What all sandboxes of one gateway share. */
export interface SandboxGround {
  readonly drivers: Drivers;
  readonly stateDir: string;
  readonly guardian: Guardian;
  readonly inherited: NodeJS.ProcessEnv;
  readonly log: Log;
  readonly egressLog: EgressLog;
  /** Writes down what is no call. */
  event(event: string, fields: Readonly<Record<string, unknown>>): void;
  confinementOf(backend: BackendConfig): Confinement;
  /** What all backends but this one may write to. */
  othersWrite(backend: string): readonly MountPath[];
  /** The hosts its lists write out, which lead somewhere inside. */
  namedHosts(backend: BackendConfig): readonly NamedHost[];
  egressOf(backend: BackendConfig): Promise<EgressRules>;
}

/** What is particular to one start. */
export interface Particular {
  readonly instead?: Instead;
  /** Folders a client said it works in, as URIs. */
  readonly roots?: readonly string[];
  /** Whom it works for, when that is not the user of this machine. */
  readonly owner?: string | undefined;
  /** Secrets it never has. */
  readonly heldBack?: HeldBack | undefined;
}

/** Nobody finds in a folder of a backend what it left there for somebody else. */
function folderName(backend: string, owner: string | undefined): string {
  if (owner === undefined) return backend;
  return `${backend}@${createHash('sha256').update(owner).digest('hex').slice(0, 16)}`;
}

/** Listens for a backend that shares our loopback network; what other programs there send is judged as if it did. */
async function listenFor(proxy: EgressProxy): Promise<Forwards> {
  const server = createServer({ pauseOnConnect: false, allowHalfOpen: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy.accept(server);
  const { port } = server.address() as AddressInfo;
  return { listeners: [{ address: '127.0.0.1', port }], targets: [undefined], hosts: {} };
}

/** Puts starts of backends into sandboxes, or says why it cannot. */
export class Sandboxes {
  readonly #ground: SandboxGround;
  /** Backends of which it has been said that they run without one. */
  readonly #said = new Set<string>();
  readonly #used = new Set<SandboxDriver>();

  constructor(ground: SandboxGround) {
    this.#ground = ground;
  }

  /** Ends what drivers started that is in no process group. */
  async close(): Promise<void> {
    await Promise.all([...this.#used].map((driver) => driver.reap?.(this.#ground.guardian.run)));
  }

  confinementOf(backend: BackendConfig): Confinement {
    return this.#ground.confinementOf(backend);
  }

  /** What a start would be put into now, as a text that changes with it. */
  surroundingsOf(backend: BackendConfig): string {
    return surroundings(backend, this.#ground.confinementOf(backend), this.#ground.namedHosts(backend));
  }

  /** Rejects with a {@link SandboxFault} when a start that must have a sandbox could not have `confinement` as its own. */
  async refuseUnmakeable(
    { sandbox }: BackendConfig,
    confinement: Confinement,
    others: readonly MountPath[],
  ): Promise<void> {
    const choice = await this.#ground.drivers.choose(sandbox);
    if (choice.driver === undefined && sandbox.mode === 'required') throw new SandboxFault(choice.why, choice.fix);
    if (choice.driver !== undefined && sandbox.isAsked) refuseUnmakeable(confinement, others);
  }

  /** What a driver starts must end with us, also when we are killed. */
  #use(driver: SandboxDriver): void {
    this.#used.add(driver);
    if (driver.engine !== undefined) this.#ground.guardian.engine(driver.engine);
  }

  get drivers(): Drivers {
    return this.#ground.drivers;
  }

  /** What to start in the place of a command line; rejects with a {@link SandboxFault} when it may not be started. */
  async confine(
    config: BackendConfig,
    launch: Launch,
    variables: Readonly<Record<string, string>>,
    particular: Particular = {},
  ): Promise<Confined> {
    const { instead, heldBack } = particular;
    const choice = await this.#ground.drivers.choose(config.sandbox);
    if (choice.driver === undefined) {
      if (heldBack === undefined) return this.#without(config, launch, variables, choice);
      throw new SandboxFault(`its credentials are held back, which needs a sandbox: ${choice.why}`, choice.fix);
    }
    try {
      return await this.#within(choice.driver, config, launch, variables, particular);
    } catch (error) {
      // Nobody asked for this sandbox: it is said that it cannot be built, and nothing breaks that worked without.
      const isUsual = !config.sandbox.isAsked && instead === undefined && heldBack === undefined;
      if (!(error instanceof SandboxFault && isUsual)) throw error;
      return this.#without(config, launch, variables, { why: error.message, fix: error.fix });
    }
  }

  async #within(
    driver: SandboxDriver,
    config: BackendConfig,
    launch: Launch,
    variables: Readonly<Record<string, string>>,
    { instead, roots = [], heldBack, owner }: Particular,
  ): Promise<Confined> {
    this.#use(driver);
    const { stateDir, guardian, inherited } = this.#ground;
    const ownFolder = join(stateDir, 'sandbox', folderName(config.name, owner));
    const policy = this.#ground.confinementOf(config);
    const start = mustBeInstalled(config, launch, driver)
      ? await installedInside(config, launch, driver, { guardian, inherited, confinement: policy, ownFolder })
      : launch;
    const seen = heldBack?.seeing(ownFolder, variables);
    const { proxy, forwards } = await this.#wayOut(config, driver, seen?.seeing);
    try {
      const spec = sandboxSpec({
        config,
        file: start.file,
        args: start.args,
        variables: { ...variables, ...seen?.variables },
        confinement: {
          ...policy,
          write: [...policy.write, ...rootFolders(roots)],
          protect: [...policy.protect, npmCacheIn(ownFolder), uvCacheIn(ownFolder)],
        },
        others: this.#ground.othersWrite(config.name),
        forwards,
        run: guardian.run,
        isContainer: driver.engine !== undefined,
        ownFolder,
        instead,
      });
      const command = { ...driver.wrap(spec), verbatim: false, hasInner: driver.name === 'bwrap' };
      return { command, how: start.how, driver, proxy, forwards };
    } catch (error) {
      await proxy?.close();
      throw error;
    }
  }

  /** How it reaches the network: nothing for one that has none, or that of the machine. */
  async #wayOut(
    config: BackendConfig,
    driver: SandboxDriver,
    seeing: EgressProxyOptions['seeing'],
  ): Promise<Pick<Confined, 'proxy' | 'forwards'>> {
    if (config.sandbox.network !== 'proxy') {
      if (seeing === undefined) return { proxy: undefined, forwards: NOWHERE };
      const message = 'its credentials are held back, and its network leads past the proxy';
      throw new SandboxFault(message, 'set `sandbox.network` to `proxy`');
    }
    const rules = await this.#ground.egressOf(config);
    const named = this.#ground.namedHosts(config);
    // Loaded when a backend needs it: one without a network must not pay for it.
    const { EgressProxy } = await import('../egress/egress-proxy.ts');
    const proxy = new EgressProxy({
      backend: config.name,
      rules,
      log: this.#ground.egressLog,
      maxBytes: config.sandbox.egressBytes,
      connectTimeoutMs: CONNECT_MS,
      maxConnections: MOST_CONNECTIONS,
      seeing,
    });
    return { proxy, forwards: driver.sharesLoopback === true ? await listenFor(proxy) : forwardsFor(named) };
  }

  /** Where no sandbox can be had, the backend is not started, or runs without one and that is said. */
  #without(
    config: BackendConfig,
    launch: Launch,
    variables: Readonly<Record<string, string>>,
    { why, fix }: { readonly why: string; readonly fix: string },
  ): Confined {
    const { name, sandbox } = config;
    const next = fix.includes('\n') ? SHOWN_ELSEWHERE : fix;
    if (sandbox.mode === 'required') throw new SandboxFault(`a sandbox is required (${sandbox.place}): ${why}`, next);
    if (!this.#said.has(name)) {
      this.#said.add(name);
      this.#ground.log.write('warn', 'sandbox_unavailable', { backend: name, why, hint: next, code: 'SP5024' });
      this.#ground.event('sandbox_unavailable', { backend: name, why, code: 'SP5024' });
    }
    return plainly(config, launch, variables);
  }
}
