import { basename, isAbsolute, join } from 'node:path';
import type { BackendConfig } from '../../lib/model/config.ts';
import type { Confinement } from '../../lib/model/confinement.ts';
import type { SandboxDriver } from '../../lib/model/sandbox.ts';
import { backendEnvironment } from '../environment.ts';
import type { Guardian } from '../guardian.ts';
import type { Launch } from '../launch.ts';
import { NOWHERE } from './forwards.ts';
import { installed, installedTool, npmCacheIn, type RunInstaller, uvCacheIn } from './install.ts';
import { ranInside } from './ran-inside.ts';
import { sandboxSpec } from './spec.ts';

/** Variables that name files by which a registry is believed. */
const CERTIFICATES = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'npm_config_cafile'];

export interface InstallGround {
  readonly guardian: Guardian;
  readonly inherited: NodeJS.ProcessEnv;
  /** Of the backend itself: what installing sees is less. */
  readonly confinement: Confinement;
  readonly ownFolder: string;
}

/** An image of a container brings what it starts. */
export function mustBeInstalled(config: BackendConfig, { how }: Launch, { engine }: SandboxDriver): boolean {
  return engine === undefined && (how === 'npx' || isUvx(config));
}

/** Installs what npx or uvx would, in a sandbox that holds nothing but the registry and the backend's own folder. */
export function installedInside(
  config: BackendConfig,
  launch: Launch,
  driver: SandboxDriver,
  { guardian, inherited, confinement, ownFolder }: InstallGround,
): Promise<Launch> {
  const uv = uvCacheIn(ownFolder);
  const env = { npm_config_cache: npmCacheIn(ownFolder), UV_CACHE_DIR: uv, UV_TOOL_DIR: join(uv, 'tools') };
  const { variables } = backendEnvironment(inherited, ['npm_config_*', 'UV_*'], env);
  const sandbox: BackendConfig['sandbox'] = { ...config.sandbox, network: 'host', keeps: undefined, variables: {} };
  const around = {
    config: { ...config, env, sandbox, cwd: '/' },
    confinement: installing(confinement, variables),
    others: [],
    forwards: NOWHERE,
    instead: undefined,
    variables,
    run: guardian.run,
    isContainer: false,
    ownFolder,
  };
  const run: RunInstaller = (file, args) => {
    const command = { ...driver.wrap(sandboxSpec({ ...around, file, args })), verbatim: false, hasInner: false };
    const confined = { command, how: 'install', driver, proxy: undefined, forwards: NOWHERE };
    return ranInside(confined, 'pipe', guardian, config.startTimeoutMs);
  };
  return isUvx(config) ? installedTool(config, run) : installed(config, launch, ownFolder, run);
}

/** Besides programs and the system nothing can be read but what leads to the registry: a package runs scripts of its own. */
function installing({ hide, own }: Confinement, variables: Readonly<Record<string, string>>): Confinement {
  const settings = join(variables['HOME'] ?? '/', '.npmrc');
  const certificates = CERTIFICATES.flatMap((name) => variables[name] ?? []).filter((path) => isAbsolute(path));
  const read = [settings, ...certificates].map((path) => ({ path, source: 'installing', needed: false }));
  return { read, write: [], protect: [], hide: hide.filter((path) => path !== settings), own };
}

/** `uvx` and `uv tool run`, in any form; other commands of uv are started as they are. */
function isUvx({ command, args }: BackendConfig): boolean {
  const runner = basename(command);
  return runner === 'uvx' || (runner === 'uv' && args[0] === 'tool' && args[1] === 'run');
}
