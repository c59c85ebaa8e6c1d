/** Puts servers from npm behind one gateway and lets every kind of client list and call their tools. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { execa } from 'execa';
import { CLIENTS, type ClientKind } from '../tests/support/matrix/client.ts';
import { connect } from '../tests/support/matrix/connect.ts';
import {
  backendsFor,
  officialServers,
  type RealServer,
  type Visit,
  visitAll,
} from '../tests/support/matrix/real-servers.ts';
import type { Target } from '../tests/support/matrix/target.ts';
import { CLI } from '../tests/support/paths.ts';
import { isolatedHome } from '../tests/support/program/gateway.ts';

/** What is installed for this script alone: package, version, where its program is, and arguments. */
const PACKAGES = [
  { name: 'context7', revision: '2026-07-28', of: '@upstash/context7-mcp@4.1.1', program: 'dist/index.js', args: [] },
  { name: 'playwright', revision: '2025-11-25', of: '@playwright/mcp@0.0.83', program: 'cli.js', args: ['--headless'] },
  {
    name: 'postgres',
    revision: '2024-11-05',
    of: '@modelcontextprotocol/server-postgres@0.6.2',
    program: 'dist/index.js',
    args: ['postgresql://127.0.0.1/none'],
  },
  {
    name: 'github',
    revision: '2024-11-05',
    of: '@modelcontextprotocol/server-github@2025.4.8',
    program: 'dist/index.js',
    args: [],
  },
] as const;

/** For `serve`; `run` reads past it. */
const SERVER = 'server: { listen_addr: "127.0.0.1:0", legacy_sse: true, drain: 1s }';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-real-servers-'));
const env = { ...isolatedHome(folder), PATH: process.env.PATH! };
let failures = 0;

try {
  await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(failures === 0 ? 0 : 1);

async function main(): Promise<void> {
  const servers = [...officialServers(folder), ...(await install())];
  const config = join(folder, 'sallyport.yaml');
  const backends = `backends:\n${backendsFor(servers)}`;
  writeFileSync(config, `version: 1\nprofile: balanced\n${SERVER}\n${backends}`);
  const run = { command: process.execPath, args: [CLI, 'run', '--config', config], env };
  await show('run', servers, () => run);
  const gateway = spawn(process.execPath, [CLI, 'serve', '--config', config], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(gateway, 'exit');
  const url = await urlOf(gateway.stdout);
  await show('serve', servers, (kind) => (kind === 'raw-2024' ? { sse: new URL('/sse', url).href } : { url }));
  gateway.kill();
  await exited;
}

/** Where `serve` says that it listens. */
async function urlOf(stdout: Readable): Promise<string> {
  for await (const line of createInterface({ input: stdout })) {
    const url = /listening on (\S+)/.exec(line)?.[1];
    if (url !== undefined) return url;
  }
  throw new Error('serve ended before it listened');
}

/** Installs the packages into the temporary folder. They have no scripts that would have to run. */
async function install(): Promise<RealServer[]> {
  const wanted = PACKAGES.map(({ of }) => of);
  await execa('npm', ['install', '--prefix', folder, '--ignore-scripts', '--no-fund', '--no-audit', ...wanted]);
  return PACKAGES.map(({ name, revision, of, program, args }) => {
    const home = join(folder, 'node_modules', of.slice(0, of.lastIndexOf('@')));
    return { name, revision, args: [join(home, program), ...args] };
  });
}

/** Prints one table: what each client saw of each server. */
async function show(how: string, servers: readonly RealServer[], target: (kind: ClientKind) => Target): Promise<void> {
  const columns: string[][] = [];
  for (const kind of CLIENTS) columns.push(await columnOf(kind, servers, target(kind)));
  console.log(`\n| sallyport ${how} | speaks | ${CLIENTS.join(' | ')} |\n|---|---|${'---|'.repeat(CLIENTS.length)}`);
  for (const [row, { name, revision }] of servers.entries()) {
    console.log(`| ${name} | ${revision} | ${columns.map((column) => column[row]).join(' | ')} |`);
  }
}

async function columnOf(kind: ClientKind, servers: readonly RealServer[], target: Target): Promise<string[]> {
  const client = await connect(kind, target);
  try {
    return (await visitAll(client, servers)).map(told);
  } finally {
    await client.close();
  }
}

function told({ tools, answered }: Visit): string {
  if (tools === 0 || answered === false) failures++;
  return `${tools} ${tools === 1 ? 'tool' : 'tools'}${answered === undefined ? '' : answered ? ', called' : ', CALL FAILED'}`;
}
