import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NODE, ROOT, type Subject } from './subject.ts';

const FOLDER = join(ROOT, 'node_modules', '.cache', 'sallyport-bench');
const PASSTHROUGH = '@civic/passthrough-mcp-server';
const VERSION = '0.12.1';

/** The folder of a package from npm, installed once into a cache; undefined when the registry cannot be reached. */
export function installed(name: string, version: string): string | undefined {
  const home = join(FOLDER, 'node_modules', name);
  if (versionAt(home) === version) return home;
  mkdirSync(FOLDER, { recursive: true });
  if (!existsSync(join(FOLDER, 'package.json'))) {
    writeFileSync(join(FOLDER, 'package.json'), JSON.stringify({ name: 'bench-peers', private: true }));
  }
  spawnSync('npm', ['install', '--no-fund', '--no-audit', '--loglevel=error', `${name}@${version}`], {
    cwd: FOLDER,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return versionAt(home) === version ? home : undefined;
}

function versionAt(home: string): string | undefined {
  try {
    return JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')).version;
  } catch {
    return undefined;
  }
}

/** A peer of `wrap`. */
export function passthroughPeer(): Subject | undefined {
  if (installed(PASSTHROUGH, VERSION) === undefined) return undefined;
  const script = join(FOLDER, 'relay.mjs');
  writeFileSync(script, RELAY);
  return { name: `passthrough ${VERSION}`, command: (server) => [NODE, script, ...server] };
}

/** The peer has no way to name a stdio server on its command line, so it is used as the library it is. */
const RELAY = `
import { PassthroughContext } from '${PASSTHROUGH}';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
console.log = console.info = console.debug = console.error;
const target = new StdioClientTransport({ command: process.argv[2], args: process.argv.slice(3) });
await new PassthroughContext().connect(new StdioServerTransport(), target);
process.stdin.on('end', () => target.close().finally(() => process.exit(0)));
`;
