/** Whether a backend may run without one: never, when none can be had here (said once), or always. */
export type SandboxMode = 'required' | 'auto' | 'off';

/** What builds the sandbox; `none` is no sandbox, with limits and an environment of its own all the same. */
export type DriverName = 'bwrap' | 'seatbelt' | 'docker' | 'podman' | 'none';

/** `none`: no network at all; `proxy`: only what the gateway connects for it; `host`: that of this machine. */
export type Network = 'none' | 'proxy' | 'host';

/** What one backend may use up; undefined where nothing is said. */
export interface ResourceLimits {
  /** Bytes of memory of all its processes together. */
  readonly memoryBytes: number | undefined;
  /** Seconds of processor time of each process. */
  readonly cpuSeconds: number | undefined;
  /** Processes and their threads, all together, which is what the kernel counts. */
  readonly processes: number | undefined;
  readonly openFiles: number | undefined;
  /** Bytes of the largest file it may write. */
  readonly fileBytes: number | undefined;
  /** Milliseconds without a request after which it is ended until the next one. */
  readonly idleMs: number | undefined;
}

/** Nothing is limited. */
export const NO_LIMITS: ResourceLimits = {
  memoryBytes: undefined,
  cpuSeconds: undefined,
  processes: undefined,
  openFiles: undefined,
  fileBytes: undefined,
  idleMs: undefined,
};

/** A file or folder of a list, absolute. */
export interface MountPath {
  readonly path: string;
  /** `file:line`, or which default. */
  readonly source: string;
  /** It was written by somebody, so a backend is not started when it is not there. */
  readonly needed: boolean;
  /** What happens when it is no folder: it is made, or the backend is not started. */
  readonly unlessFolder?: 'make' | 'refuse';
}

/** A file a server finds by a variable. */
export interface OwnFile {
  readonly variable: string;
  readonly name: string;
  /** Where it was kept without a sandbox, relative to the package. */
  readonly formerly: readonly string[];
}

/** The `sandbox` of one backend as the config says it, every key filled in. */
export interface SandboxConfig {
  readonly mode: SandboxMode;
  /** Somebody asked for it, or for the strict profile, so that a backend whose sandbox cannot be built is not started. */
  readonly isAsked: boolean;
  /** Undefined for the first that works here. */
  readonly driver: DriverName | undefined;
  /** `name@sha256:…`, for the drivers that run containers. */
  readonly image: string | undefined;
  readonly network: Network;
  /** With undefined everything can be read but what is hidden. */
  readonly read: readonly MountPath[] | undefined;
  readonly write: readonly MountPath[];
  readonly deny: readonly MountPath[];
  /** What may be written is not said, so it is also what a client says it works in. */
  readonly followsRoots: boolean;
  /** The file the preset's server keeps, which is put into its own folder. */
  readonly keeps: OwnFile | undefined;
  /** Variables the preset's server needs inside, unless they are set. */
  readonly variables: Readonly<Record<string, string>>;
  /** Hosts the preset's server is for, which hold as long as no rule of the operator lists any. */
  readonly usualHosts: readonly string[] | undefined;
  /** It connects to other machines by way of the proxy alone, so their names need lead nowhere inside. */
  readonly usesProxy: boolean;
  /** Whether it may open sockets of the file system, by which other programs of this machine are reached. */
  readonly unixSockets: boolean;
  /** Bytes all its connections through the proxy may carry; undefined for any. */
  readonly egressBytes: number | undefined;
  readonly limits: ResourceLimits;
  /** Where the section stands, for messages. */
  readonly place: string;
}

/** A loopback address inside the sandbox on which connections are accepted by the gateway. */
export interface Listener {
  /** IPv4 in 127.0.0.0/8. */
  readonly address: string;
  readonly port: number;
}

/** Everything a driver must know of one start, resolved: absolute paths that exist, no globs. */
export interface SandboxSpec {
  readonly backend: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** All of its environment; the driver adds nothing but what its own way of isolation needs. */
  readonly env: Readonly<Record<string, string>>;
  /** The value of SALLYPORT_RUN, by which what is left over is found. */
  readonly run: string;
  readonly image: string | undefined;
  readonly network: Network;
  /** What it is made of, which is readable whatever the other lists say. */
  readonly programs: readonly string[];
  /** Undefined: all of the file system but what is hidden. */
  readonly read: readonly string[] | undefined;
  readonly write: readonly string[];
  /** Never written to, though it may lie in what is. */
  readonly protect: readonly string[];
  /** Files and folders that are empty inside, whatever the other lists say. */
  readonly hide: readonly string[];
  readonly unixSockets: boolean;
  /** Somebody works in it at this terminal. */
  readonly interactive: boolean;
  /** With `proxy`: where the gateway is reached from inside; the first one is the proxy itself. */
  readonly listeners: readonly Listener[];
  /** Names that lead to loopback addresses inside, besides `localhost`. */
  readonly hosts: Readonly<Record<string, string>>;
  readonly limits: ResourceLimits;
}

/** A command line that runs the backend inside. */
export interface Wrapped {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** What it reads from descriptors, the first one being 3, or 4 when descriptor 3 is the hand-over. */
  readonly inputs: readonly Buffer[];
  /** It hands over its listeners on a Node IPC channel at descriptor 3, in their order, before it starts the backend. */
  readonly handsOver: boolean;
  /** Arguments an operator may look at, without values of variables, for `doctor` and the log. */
  readonly driver: DriverName;
}

/** Whether a driver works on this machine, found out by running it. */
export type Probe =
  | { readonly works: true; readonly said: string }
  | { readonly works: false; readonly why: string; readonly fix: string };

/** One way of isolation. */
export interface SandboxDriver {
  readonly name: DriverName;
  readonly networks: readonly Network[];
  /** The file that is run, when it stands for all a probe depends on. */
  readonly program?: string | undefined;
  /** The program by which what it starts is ended, for drivers whose processes are none of ours. */
  readonly engine?: string | undefined;
  /** Its backends share the loopback network with us, so the gateway listens for them itself. */
  readonly sharesLoopback?: boolean;
  probe(): Promise<Probe>;
  /** Throws a `SandboxFault` for what it cannot build exactly. */
  wrap(spec: SandboxSpec): Wrapped;
  /** Ends what may be left of a run outside of process groups, such as containers. */
  reap?(run: string): Promise<void>;
}

/** A sandbox cannot be built as it is configured; `fix` is the next step. */
export class SandboxFault extends Error {
  readonly fix: string;

  constructor(message: string, fix: string) {
    super(message);
    this.fix = fix;
  }
}
