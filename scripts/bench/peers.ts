import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NODE, ROOT, type Subject } from './subject.ts';

const FOLDER = join(ROOT, 'node_modules', '.cache', 'sallyport-bench');
const PACKAGE = '@civic/passthrough-mcp-server';
const VERSION = '0.12.1';

/** A peer from npm, installed once into a cache; undefined when the registry cannot be reached. */
export function passthroughPeer(): Subject | undefined {
  const home = join(FOLDER, 'node_modules', PACKAGE);
  if (!existsSync(home)) {
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(join(FOLDER, 'package.json'), JSON.stringify({ name: 'bench-peers', private: true }));
    spawnSync('npm', ['install', '--no-fund', '--no-audit', '--loglevel=error', `${PACKAGE}@${VERSION}`], {
      cwd: FOLDER,
      stdio: 'inherit',
    });
  }
  const script = join(FOLDER, 'relay.mjs');
  if (!existsSync(home)) return undefined;
  writeFileSync(script, RELAY);
  return { name: `passthrough ${VERSION}`, command: (server) => [NODE, script, ...server] };
}

/** The peer has no way to name a stdio server on its command line, so it is used as the library it is. */
const RELAY = `
import { PassthroughContext } from '${PACKAGE}';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
console.log = console.info = console.debug = console.error;
const target = new StdioClientTransport({ command: process.argv[2], args: process.argv.slice(3) });
await new PassthroughContext().connect(new StdioServerTransport(), target);
process.stdin.on('end', () => target.close().finally(() => process.exit(0)));
`;
