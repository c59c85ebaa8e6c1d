import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { temporaryFolder } from '../folder.ts';
import { type Message, Peer, type PeerOptions } from '../mcp/peer.ts';
import { CLI, FIXTURE_SERVER } from '../paths.ts';

export interface GatewayOptions extends PeerOptions {
  /** Text of the config; written to a file that is passed with `--config`. */
  readonly config?: string;
  /** Flags before `--`. */
  readonly flags?: readonly string[];
  /** Use an existing home, so that two gateways share one. */
  readonly home?: string;
  /** A command line that runs the gateway's own at its end. */
  readonly through?: readonly string[];
}

/** A config for servers that offer other things after a while, where that is not what a test is about. */
export const UNPINNED = 'version: 1\nsecurity: { registry: { pin: off } }\n';

/** A gateway run as a client runs it, with a home of its own. */
export class GatewayPeer extends Peer {
  readonly home: string;

  constructor(t: TestContext, command: 'wrap' | 'run', server: readonly string[], options: GatewayOptions = {}) {
    const home = options.home ?? temporaryFolder(t);
    const config = options.config === undefined ? [] : ['--config', writeConfig(home, options.config)];
    const tail = server.length === 0 ? [] : ['--', ...server];
    const env = { ...isolatedHome(home), ...options.env };
    const line = [
      ...(options.through ?? []),
      process.execPath,
      CLI,
      command,
      ...config,
      ...(options.flags ?? []),
      ...tail,
    ];
    super(t, line[0]!, line.slice(1), {
      env,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    this.home = home;
  }

  /** Folder of the audit log. */
  get auditDir(): string {
    return join(this.home, 'state', 'sallyport', 'audit');
  }

  /** Every record written so far, over all segments. */
  get records(): Message[] {
    return auditFiles(this.auditDir).flatMap((file) => readLines(file).map((line) => JSON.parse(line)));
  }
}

/** A gateway around the fixture server, with `behave` flags for the server. */
export function wrapFixture(
  t: TestContext,
  serverFlags: readonly string[] = [],
  options: GatewayOptions = {},
): GatewayPeer {
  return new GatewayPeer(t, 'wrap', fixtureCommand(serverFlags), options);
}

/** The command that starts the fixture server. */
export function fixtureCommand(flags: readonly string[] = []): string[] {
  return [process.execPath, FIXTURE_SERVER, ...flags];
}

/** One `backends` entry for a config, in YAML's flow style. */
export function fixtureBackend(
  name: string,
  flags: readonly string[] = [],
  more: Readonly<Record<string, unknown>> = {},
): string {
  const [command, ...args] = fixtureCommand(flags);
  return `  - ${JSON.stringify({ name, command, args, ...more })}\n`;
}

/** Variables that keep a gateway out of the real home. */
export function isolatedHome(home: string): Record<string, string> {
  return {
    HOME: home,
    XDG_CONFIG_HOME: join(home, 'config'),
    XDG_STATE_HOME: join(home, 'state'),
    XDG_CACHE_HOME: join(home, 'cache'),
    XDG_DATA_HOME: join(home, 'data'),
    SALLYPORT_CONFIG: '',
  };
}

/** The segments in a folder, those of one process in the order they were written. */
export function auditFiles(dir: string): string[] {
  const parts = (name: string) => /^(.*?)(?:\.(\d+))?\.jsonl$/.exec(name)!;
  try {
    return readdirSync(dir)
      .filter((name) => name.endsWith('.jsonl'))
      .sort((a, b) => parts(a)[1]!.localeCompare(parts(b)[1]!) || Number(parts(a)[2] ?? 1) - Number(parts(b)[2] ?? 1))
      .map((name) => join(dir, name));
  } catch {
    return [];
  }
}

export function readLines(file: string): string[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

function writeConfig(home: string, text: string): string {
  const file = join(home, 'sallyport.yaml');
  writeFileSync(file, text);
  return file;
}
