import type { BackendConfig, Config } from '../../model/config.ts';
import type { PathPlace } from '../../parse/path/named-path.ts';
import { readPath } from '../../parse/path/read.ts';

/** Where the paths of one backend are read. */
export interface Ground {
  readonly place: PathPlace;
  /** Its files are those of this machine; of a server elsewhere only the text of a path can be judged. */
  readonly local: boolean;
  /** Folders its command names. */
  readonly folders: readonly string[];
}

/** The whole of what a check knows about where paths lead. */
export interface Grounds {
  readonly platform: PathPlace['platform'];
  readonly home: string;
  readonly project: string | undefined;
  of(backend: string): Ground;
  /** Folders that may be looked into. */
  readonly folders: readonly string[];
}

const FILESYSTEM_PACKAGE = /server-filesystem(?:@|$)/;
/** Programs that start a server among files of its own. */
const CONTAINERS = /(?:^|[\\/])(?:docker|podman|nerdctl|container)(?:\.exe)?$/;
const LOOKS_LIKE_PATH = /^(?:\/|~(?:$|\/)|\.{1,2}(?:$|[/\\])|[A-Za-z]:[/\\])/;

export function groundsOf(config: Config, temporary: string, platform: PathPlace['platform']): Grounds {
  const home = slashes(config.homeDir, platform);
  const project = config.projectDir === undefined ? undefined : slashes(config.projectDir, platform);
  const known = new Map(config.backends.map((backend) => [backend.name, groundOf(backend, home, platform)]));
  const unknown = elsewhere(home, platform);
  const folders = new Set([home, slashes(temporary, platform), ...(project === undefined ? [] : [project])]);
  for (const ground of known.values()) for (const folder of ground.folders) folders.add(folder);
  return { platform, home, project, of: (backend) => known.get(backend) ?? unknown, folders: [...folders] };
}

/** Files of a server in a container or on another machine are not those of this one, whatever they are called. */
function elsewhere(home: string, platform: PathPlace['platform']): Ground {
  return { place: { platform, home, base: platform === 'windows' ? 'C:/' : '/' }, local: false, folders: [] };
}

/** The official filesystem server reads relative paths from the first folder it is given, others from where they run. */
function groundOf(backend: BackendConfig, home: string, platform: PathPlace['platform']): Ground {
  const cwd = slashes(backend.cwd, platform);
  if (backend.remote !== undefined || CONTAINERS.test(backend.command)) return elsewhere(home, platform);
  const place: PathPlace = { platform, home, base: cwd };
  const named = folderArguments(backend).flatMap((text) => {
    const read = readPath(text, place);
    return read.ok ? [read.path] : [];
  });
  const base = backend.preset === 'filesystem' ? (named[0] ?? cwd) : cwd;
  return { place: { ...place, base }, local: true, folders: [cwd, ...named] };
}

function folderArguments({ preset, command, args }: BackendConfig): readonly string[] {
  if (preset !== 'filesystem') return args.filter((arg) => LOOKS_LIKE_PATH.test(arg));
  const at = FILESYSTEM_PACKAGE.test(command) ? -1 : args.findIndex((arg) => /server-filesystem/.test(arg));
  return args.slice(at + 1).filter((arg) => !arg.startsWith('-'));
}

/** Paths of the platform with forward slashes. */
export function slashes(path: string, platform: PathPlace['platform']): string {
  return platform === 'windows' ? path.replaceAll('\\', '/') : path;
}
