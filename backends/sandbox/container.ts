import type { Network, Probe, ResourceLimits, SandboxDriver, SandboxSpec, Wrapped } from '../../lib/model/sandbox.ts';
import { SandboxFault } from '../../lib/model/sandbox.ts';
import { RUN_LABEL } from '../process-table.ts';
import { BACKEND_LABEL, EngineClient, type EngineName } from './container-engine.ts';
import { handOver } from './container-environment.ts';
import { isMounted, mountArguments } from './container-mounts.ts';

const PINNED = /^[A-Za-z0-9][A-Za-z0-9._:/-]*@sha256:[0-9a-f]{64}$/;
/** Run and backend: what the name of a container, a label and a filter can hold. */
const WORD = /^[\w.-]+$/;

/** `host` gives a network of its own with a way out: the loopback of this machine is never that of a container. */
const NETWORKS: Readonly<Record<Exclude<Network, 'proxy'>, string>> = { none: 'none', host: 'bridge' };

/** Who starts containers; the numbers are those of process.getuid and process.getgid. */
export interface Caller {
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  readonly platform: NodeJS.Platform;
}

const caller: Caller = { uid: process.getuid?.(), gid: process.getgid?.(), platform: process.platform };

/**
 * docker-run(1) and podman-run(1): the backend in a container of a pinned image, which nobody pulls at a start. `file`
 * is found in the image, and the working folder is that of the image unless it is mounted. The engine's own seccomp
 * profile is kept; sockets that lie in a mounted folder can be connected to. Docker 25 and podman 4.3 or newer.
 */
export class Container implements SandboxDriver {
  readonly name: EngineName;
  readonly networks: readonly Network[] = ['none', 'host'];
  readonly client: EngineClient;
  readonly #caller: Caller;
  #rootless = false;
  #started = 0;

  constructor(name: EngineName, client = new EngineClient(name), who = caller) {
    this.name = name;
    this.client = client;
    this.#caller = who;
    this.#rootless = name === 'podman' && who.uid !== 0;
  }

  get engine(): string {
    return this.client.file;
  }

  async probe(): Promise<Probe> {
    if (this.#caller.platform === 'win32') {
      return { works: false, why: 'paths of Windows are not those of a container', fix: 'run the gateway in WSL' };
    }
    const engine = await this.client.ask();
    if (!engine.answers) return engine.refusal;
    this.#rootless = engine.rootless;
    return { works: true, said: `${this.name} ${engine.version}${engine.rootless ? ', rootless' : ''}` };
  }

  wrap(spec: SandboxSpec): Wrapped {
    if (spec.network === 'proxy') {
      throw new SandboxFault(`${this.name} has no network by way of the gateway`, 'set network to none or host');
    }
    for (const word of [spec.run, spec.backend]) {
      if (!WORD.test(word)) throw new SandboxFault(`${JSON.stringify(word)} is no label`, 'use letters and digits');
    }
    const { args, env } = handOver(spec, this.client.env);
    const run = [
      'run',
      ...['-i', '--rm', '--init', '--pull', 'never', '--no-healthcheck'],
      // What is said on standard output would be kept on disk otherwise.
      ...['--log-driver', 'none'],
      ...['--name', `sallyport-${spec.run}-${spec.backend}-${++this.#started}`],
      ...['--label', `${RUN_LABEL}=${spec.run}`, '--label', `${BACKEND_LABEL}=${spec.backend}`],
      ...['--security-opt', 'no-new-privileges', '--cap-drop', 'ALL', '--read-only', '--ipc', 'private'],
      ...['--network', NETWORKS[spec.network]],
      ...this.#user(),
      ...limitArguments(spec.limits),
      ...mountArguments(spec, this.name),
      ...(isMounted(spec.cwd, spec) ? ['--workdir', spec.cwd] : []),
      // Podman can be configured to hand over all there is.
      ...(this.name === 'podman' ? ['--env-host=false', '--http-proxy=false'] : []),
      ...args,
      ...['--entrypoint', spec.file],
      pinned(spec.image, this.name),
      ...spec.args,
    ];
    return { file: this.client.file, args: run, env, cwd: '/', inputs: [], handsOver: false, driver: this.name };
  }

  /** Ends the containers of a run, or of one backend of it. Throws when some are left. */
  reap(run: string, backend?: string): Promise<void> {
    const ofBackend = backend === undefined ? [] : [`${BACKEND_LABEL}=${backend}`];
    return this.client.remove([`${RUN_LABEL}=${run}`, ...ofBackend]);
  }

  /** Files it writes belong to the caller: who starts docker without root is root inside, and nobody else. */
  #user(): string[] {
    const { uid, gid } = this.#caller;
    if (uid === undefined || gid === undefined) return [];
    if (!this.#rootless) return ['--user', `${uid}:${gid}`];
    return this.name === 'podman' ? ['--userns', 'keep-id', '--user', `${uid}:${gid}`] : ['--user', '0:0'];
  }
}

/** Memory, processes and the rlimits of setrlimit(2); a memory dump would hold what the server was told. */
function limitArguments({ memoryBytes, cpuSeconds, processes, openFiles, fileBytes }: ResourceLimits): string[] {
  const swap = memoryBytes === undefined ? [] : ['--memory', `${memoryBytes}`, '--memory-swap', `${memoryBytes}`];
  const rlimit = (name: string, most: number | undefined) =>
    most === undefined ? [] : ['--ulimit', `${name}=${most}:${most}`];
  return [
    ...swap,
    ...(processes === undefined ? [] : ['--pids-limit', `${processes}`]),
    ...rlimit('core', 0),
    ...rlimit('cpu', cpuSeconds),
    ...rlimit('nofile', openFiles),
    ...rlimit('fsize', fileBytes),
  ];
}

function pinned(image: string | undefined, engine: EngineName): string {
  if (image !== undefined && PINNED.test(image)) return image;
  const name = image === undefined || !WORD.test(image.replace(/[:/]/g, '')) ? 'NAME' : image;
  throw new SandboxFault(
    image === undefined ? `${engine} needs an image` : `the image ${JSON.stringify(image)} is not pinned by its digest`,
    `${engine} pull ${name}, then write what this prints: ` +
      `${engine} image inspect --format '{{index .RepoDigests 0}}' ${name}`,
  );
}
