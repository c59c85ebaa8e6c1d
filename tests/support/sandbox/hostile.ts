import { randomBytes } from 'node:crypto';
import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { BwrapDriver } from '../../../backends/sandbox/bwrap.ts';
import { temporaryFolder } from '../folder.ts';
import { type Message, textOf } from '../mcp/peer.ts';
import { ROOT } from '../paths.ts';
import { GatewayPeer } from '../program/gateway.ts';

const SERVER = join(ROOT, 'build', 'tests', 'fixtures', 'hostile-server.js');
const CREDENTIALS = [
  '.ssh/id_ed25519',
  '.aws/credentials',
  '.npmrc',
  '.netrc',
  '.config/gh/hosts.yml',
  '.kube/config',
  '.cargo/credentials.toml',
];

/** Why nothing of this can be tried here; false when it can. */
export const NO_SANDBOX = await whyNot();

/** A home with secrets, a project a backend works in, and what lies beside them. */
export interface World {
  /** What every secret in it contains, and nothing else on this machine does. */
  readonly nonce: string;
  readonly home: string;
  readonly project: string;
  /** A folder nobody listed. */
  readonly outside: string;
  /** Files of credentials, our own files, files of other backends: hidden whatever is listed. */
  readonly secrets: readonly string[];
  /** A file in the project that is denied by name. */
  readonly denied: string;
  /** A file nobody hides, which a list of what can be read leaves out. */
  readonly unlisted: string;
}

/**
 * Makes a world that is not below a folder every sandbox has of its own, such as /tmp: there all would be hidden without
 * anything being done about it.
 */
export function makeWorld(t: TestContext): World {
  const caches = join(homedir(), '.cache');
  mkdirSync(caches, { recursive: true });
  const home = realpathSync(temporaryFolder(t, caches));
  const nonce = `canary-${randomBytes(12).toString('hex')}`;
  const project = join(home, 'project');
  const outside = join(home, 'outside');
  const state = join(home, 'state', 'sallyport');
  const hold = (file: string) => {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, `${nonce}\n`);
    return file;
  };
  const secrets = [
    ...CREDENTIALS.map((name) => hold(join(home, name))),
    hold(join(home, 'config', 'sallyport', 'notes.yaml')),
    hold(join(state, 'audit', 'old.txt')),
    hold(join(state, 'trust.json')),
    hold(join(state, 'sandbox', 'neighbour', 'kept.txt')),
  ];
  hold(join(project, 'inside.txt'));
  return {
    nonce,
    home,
    project,
    outside,
    secrets: [...secrets, join(home, 'sallyport.yaml')],
    denied: hold(join(project, 'conf', 'deep', 'denied.txt')),
    unlisted: hold(join(outside, 'notes.txt')),
  };
}

export interface HostileOptions {
  /** The `sandbox` of each backend by its name. */
  readonly sandboxes: Readonly<Record<string, Message>>;
  readonly env?: Readonly<Record<string, string>>;
  /** What else each backend's entry says, by its name. */
  readonly more?: Readonly<Record<string, Message>>;
  readonly through?: readonly string[];
}

/** A gateway with the hostile server behind it, once for each sandbox. */
export class HostileGateway extends GatewayPeer {
  #prefixed = false;

  static async start(t: TestContext, world: World, options: HostileOptions): Promise<HostileGateway> {
    const { sandboxes, env = {}, more = {}, through } = options;
    const backends = Object.entries(sandboxes).map(([name, sandbox]) => ({
      name,
      command: process.execPath,
      args: [SERVER],
      cwd: world.project,
      sandbox,
      ...more[name],
    }));
    const config = `# ${world.nonce}\n${JSON.stringify({ version: 1, backends })}\n`;
    const { home, project: cwd } = world;
    const gateway = new HostileGateway(t, 'run', [], { config, home, cwd, env, ...(through && { through }) });
    gateway.#prefixed = backends.length > 1;
    await gateway.initialize();
    return gateway;
  }

  /** What one attempt found; throws what it failed with. */
  async attempt(backend: string, name: string, given: Message = {}): Promise<Message> {
    const tool = this.#prefixed ? `${backend}__attempt` : 'attempt';
    const answer = await this.call(tool, { name, given });
    if (answer.result === undefined) throw new Error(`${backend} ${name}: ${JSON.stringify(answer.error)}`);
    const told = textOf(answer);
    if (answer.result.isError === true) throw new Error(`${backend} ${name}: ${told}`);
    const { found, failed } = JSON.parse(told);
    if (failed !== undefined) throw new Error(`${name} failed: ${failed}`);
    return found;
  }
}

/** A sandbox that must be there and may write to the project. */
export function required(world: World, more: Message = {}): Message {
  return { mode: 'required', write: [world.project], ...more };
}

/** The sandboxes most attempts are tried in: with every network, and with all or little to be read. */
export function usualSandboxes(world: World): Record<string, Message> {
  const little = { read: [join(world.project, 'inside.txt')], deny: [world.denied] };
  const all = { deny: [world.denied] };
  return {
    none: required(world, { network: 'none', ...all }),
    'none-little': required(world, { network: 'none', ...little }),
    proxy: required(world, { network: 'proxy', ...all }),
    'proxy-little': required(world, { network: 'proxy', ...little, domains: { allow: ['api.example.test'] } }),
    host: required(world, { network: 'host', ...all }),
    'host-little': required(world, { network: 'host', ...little }),
  };
}

async function whyNot(): Promise<string | false> {
  if (process.platform !== 'linux') return 'needs Linux';
  const probe = await new BwrapDriver().probe();
  return probe.works ? false : `bubblewrap does not work here: ${probe.why}`;
}
