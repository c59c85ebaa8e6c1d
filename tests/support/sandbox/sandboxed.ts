import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { endWith, temporaryFolder } from '../folder.ts';
import { ANSWERS } from '../mcp/everything-surface.ts';
import type { Message } from '../mcp/peer.ts';
import { GENERATIONS, type SdkClient } from '../mcp/sdk.ts';
import { CLI, ROOT } from '../paths.ts';
import { auditFiles, isolatedHome, readLines } from '../program/gateway.ts';

const BWRAP = ['--ro-bind', '/', '/', '--proc', '/proc', '--dev', '/dev', '--unshare-all', '--die-with-parent', 'true'];

/** Why nothing can be run in a sandbox here, or false. */
export const NO_SANDBOX =
  (spawnSync('bwrap', BWRAP, { stdio: 'ignore' }).status !== 0 && 'bwrap does not run on this machine') ||
  (spawnSync('perl', ['-e', '1']).status !== 0 && 'perl is not installed');

/** A person's machine in small: a home with secrets in it, and a project. */
export interface Desk {
  readonly home: string;
  readonly project: string;
}

export interface SandboxedServer {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly preset?: string;
  /** Keys of its `sandbox` besides the mode. */
  readonly sandbox?: Readonly<Record<string, unknown>>;
  /** Hosts its policy lists. */
  readonly allowedHosts?: readonly string[];
}

/** `visible`: it lies where a sandbox without a list of what may be read shows it, which temporary folders do not. */
export function deskOf(t: TestContext, place: 'temporary' | 'visible' = 'temporary'): Desk {
  const home = realpathSync(place === 'temporary' ? temporaryFolder(t) : folderInBuild(t));
  const project = join(home, 'project');
  mkdirSync(project);
  mkdirSync(join(home, '.ssh'));
  writeFileSync(join(home, '.ssh', 'id_ed25519'), 'a secret key');
  return { home, project };
}

function folderInBuild(t: TestContext): string {
  const folder = mkdtempSync(join(ROOT, 'build', 'home-'));
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 }));
  return folder;
}

/** A server in a sandbox that is required, behind the gateway, as an official client sees it. */
export class Sandboxed {
  readonly #client: SdkClient;
  readonly #desk: Desk;

  private constructor(client: SdkClient, desk: Desk) {
    this.#client = client;
    this.#desk = desk;
  }

  /** Policy decides and records, but stops no call, so that whatever is refused is refused by the sandbox. */
  static async start(t: TestContext, server: SandboxedServer, desk: Desk): Promise<Sandboxed> {
    const { home, project } = desk;
    const { allowedHosts, sandbox, ...launch } = server;
    const backend = {
      name: 'one',
      cwd: project,
      enforce: false,
      ...launch,
      sandbox: { mode: 'required', driver: 'bwrap', ...sandbox },
    };
    const policies = allowedHosts && { tools: { 'one/*': { domains: { allow: allowedHosts } } } };
    const config = join(home, 'sallyport.yaml');
    writeFileSync(config, JSON.stringify({ version: 1, profile: 'balanced', policies, backends: [backend] }));
    const env = { ...isolatedHome(home), PATH: process.env['PATH']!, CLAUDE_PROJECT_DIR: project };
    const command = { command: process.execPath, args: [CLI, 'run', '--config', config], env };
    const roots = () => ({ roots: [{ uri: `file://${project}`, name: 'project' }] });
    const client = await GENERATIONS.v1({ ...command, answers: { ...ANSWERS, roots } });
    endWith(t, () => client.close());
    return new Sandboxed(client, desk);
  }

  async tools(): Promise<string[]> {
    const { tools } = await this.#client.request('tools/list');
    return tools.map(({ name }: Message) => name);
  }

  /** The result of a call as JSON text; a call that cannot be answered rejects. */
  async call(name: string, args: Message = {}): Promise<string> {
    return JSON.stringify(await this.#client.request('tools/call', { name, arguments: args }));
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  /** What was written down of its connections: `HOST:PORT DECISION`, each once. */
  get connections(): string[] {
    const files = auditFiles(join(this.#desk.home, 'state', 'sallyport', 'audit'));
    const records = files.flatMap((file) => readLines(file).map((line) => JSON.parse(line)));
    const made = records.filter(({ event }) => event === 'egress');
    return [...new Set(made.map(({ host, port, decision }) => `${host}:${port} ${decision}`))];
  }
}
