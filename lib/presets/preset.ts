import type { Effect } from '../model/decision.ts';
import type { EffectFlag, EffectKind, SqlDialect } from '../model/rules.ts';
import type { Network } from '../model/sandbox.ts';
import type { ArgumentKind } from '../model/tool-shape.ts';
import type { PresetName } from './names.ts';

/** What is known of one tool of one package. Arguments are named by key, or by JSON pointer (`*` for any element). */
export interface PresetTool {
  readonly kind: EffectKind;
  readonly flags?: readonly EffectFlag[];
  readonly arguments?: Partial<Readonly<Record<ArgumentKind, readonly string[]>>>;
  /** Path arguments it writes to, though it only reads otherwise. */
  readonly writes?: readonly string[];
  /** The argument relative paths are resolved against. */
  readonly base?: string;
  /** The argument that takes patterns to leave out, for tools that go through folders. */
  readonly excludes?: string;
  /** Its reply names files below the folder it was given, one in each line or in JSON. */
  readonly walks?: boolean;
  /** Argument names that hold form fields, and those that hold files to upload. */
  readonly formFields?: readonly string[];
  readonly uploads?: readonly string[];
  /** Its reply holds rows. */
  readonly rows?: boolean;
  /** What happens to it unless the operator's rules name it. */
  readonly action?: Exclude<Effect, 'allow'>;
}

/** A registry and a name in it; the same name in another registry is somebody else's. */
export type PackageName = `npm:${string}` | `pypi:${string}` | `image:${string}`;

export interface LaunchedPackage {
  readonly name: PackageName;
  /** The one of its programs that is meant, where the command line names one. */
  readonly program: string | undefined;
}

/**
 * A file a server keeps among its own programs unless a variable names another place. Programs are never written to, so
 * inside it lies in a folder of the backend, to which what was kept before is copied.
 */
export interface KeptFile {
  readonly variable: string;
  /** Where it was kept, relative to the package; the first is found first. */
  readonly formerly: readonly string[];
}

/** The sandbox a server works in, besides what every sandbox has. */
export interface PresetSandbox {
  readonly network: Network;
  /** Hosts it is for; undefined for any that is public. */
  readonly hosts?: readonly string[];
  /** It connects to what URLs in its arguments and in these variables name. */
  readonly connects?: readonly string[];
  /**
   * It finds the proxy by its variables, and refuses hosts whose names lead to this machine: inside, the names it may
   * connect to lead nowhere, as all others do.
   */
  readonly usesProxy?: boolean;
  /** What it works on: the folders its arguments name, the project, or nothing of the machine. */
  readonly folders: 'arguments' | 'project' | 'none';
  /** Options and variables that name what it writes, and folders it keeps in the home folder (`~/…`), made when missing. */
  readonly writes?: readonly string[];
  /** A file it keeps from one start to the next. */
  readonly keeps?: KeptFile;
  /** Variables it is given where nobody has set them; a value that begins with `~/` is in the home folder. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Nothing of the home folder and of data folders need be read but what it works on. */
  readonly narrow: boolean;
  /** What it reads all the same: files and folders in the home folder (`~/…`), and variables that name some. */
  readonly reads?: readonly string[];
  /** Bytes of memory. */
  readonly memoryBytes?: number;
  readonly unixSockets?: boolean;
}

/** What is known of a server, recognised by the exact name of its package. */
export interface Preset {
  readonly name: PresetName;
  /** By name, the programs each package installs; none for an image. */
  readonly packages: Readonly<Partial<Record<PackageName, readonly string[]>>>;
  readonly dialect?: SqlDialect;
  readonly sandbox: PresetSandbox;
  /** What one of its packages needs besides. */
  readonly also?: Readonly<Partial<Record<PackageName, Partial<PresetSandbox>>>>;
  readonly tools: Readonly<Record<string, PresetTool>>;
}
