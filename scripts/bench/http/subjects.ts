import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { descendants } from '../../process-tree.ts';
import { installed } from '../peers.ts';
import { CLI, ECHO, NODE } from '../subject.ts';
import type { Era } from './requests.ts';

const HERE = dirname(fileURLToPath(import.meta.url));
const ECHO_MODERN = join(dirname(HERE), 'echo-modern.js');

/** Something that serves MCP over HTTP in front of one server on standard input and output. */
export interface HttpSubject {
  readonly name: string;
  /** How the clients of a measurement speak to it. */
  readonly era: Era;
  /** The command, given a free port and a folder of its own. */
  command(port: number, folder: string): readonly string[];
}

export interface Running {
  readonly url: string;
  /** Memory of the subject now, with everything it started but the server behind it; bytes, Linux only. */
  residentBytes(): number;
  /** Processor time of the same processes so far; milliseconds, Linux only. */
  cpuMs(): number;
  stop(): Promise<void>;
}

export const BRIDGE: HttpSubject = {
  name: 'raw node:http',
  era: 'legacy',
  command: (port) => [NODE, join(HERE, 'bridge.js'), String(port), NODE, ECHO, '150'],
};

/** What may be changed in the config of the subject. */
interface Room {
  readonly server?: object;
  readonly limits?: object;
}

export function sallyport(name: string, era: Era, echo: Era, { server = {}, limits = {} }: Room = {}): HttpSubject {
  return {
    name,
    era,
    command: (port, folder) => {
      const backend = { name: 'echo', command: NODE, args: [echo === 'modern' ? ECHO_MODERN : ECHO, '150'] };
      const config = {
        version: 1,
        profile: 'balanced',
        server: { listen_addr: `127.0.0.1:${port}`, ...server },
        backends: [{ ...backend, allowed_tools: ['*'] }],
        audit: { dir: join(folder, 'audit') },
        limits,
      };
      writeFileSync(join(folder, 'sallyport.yaml'), JSON.stringify(config));
      return [NODE, CLI, 'serve', '--config', join(folder, 'sallyport.yaml')];
    },
  };
}

/** The peers that can be had. */
export function peers(): HttpSubject[] {
  const proxy = installed('mcp-proxy', '6.7.19');
  const supergateway = installed('supergateway', '4.0.0');
  const subjects: HttpSubject[] = [];
  if (proxy !== undefined) {
    subjects.push({
      name: 'mcp-proxy 6.7.19',
      era: 'legacy',
      command: (port) => [
        NODE,
        binOf(proxy, 'mcp-proxy'),
        '--host',
        '127.0.0.1',
        '--port',
        String(port),
        '--',
        NODE,
        ECHO,
        '150',
      ],
    });
  }
  if (supergateway !== undefined) {
    subjects.push({
      name: 'supergateway 4.0.0',
      era: 'legacy',
      command: (port) => [
        ...[NODE, binOf(supergateway, 'supergateway'), '--outputTransport', 'streamableHttp', '--stateful'],
        ...['--logLevel', 'none', '--port', String(port), '--stdio', `'${NODE}' '${ECHO}' 150`],
      ],
    });
  }
  return subjects;
}

/** Starts a subject, behind `before` if its command is to have something there, and waits until it can be reached. */
export async function start(subject: HttpSubject, before: readonly string[] = []): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  const port = await freePort();
  const [file, ...args] = [...before, ...subject.command(port, folder)];
  const child = spawn(file!, args, {
    stdio: ['ignore', 'ignore', 'ignore'],
    env: { ...process.env, XDG_STATE_HOME: join(folder, 'state'), XDG_CONFIG_HOME: join(folder, 'config') },
  });
  await listening(port, child);
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    residentBytes: () => sumOver(child.pid!, residentOf),
    cpuMs: () => sumOver(child.pid!, cpuOf),
    stop: async () => {
      await stopped(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function binOf(home: string, name: string): string {
  const { bin } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8'));
  return join(home, typeof bin === 'string' ? bin : bin[name]);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function listening(port: number, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${child.spawnargs.join(' ')} ended with ${child.exitCode}`);
    try {
      await fetch(`http://127.0.0.1:${port}/`, { method: 'HEAD' });
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function sumOver(root: number, measured: (pid: number) => number): number {
  const own = descendants(root).filter(({ command }) => !command.includes('/echo'));
  return [root, ...own.map(({ pid }) => pid)].reduce((sum, pid) => sum + measured(pid), 0);
}

/** The kernel counts in ticks of 10 ms; the name of the process, in brackets, may hold anything. */
function cpuOf(pid: number): number {
  try {
    const [user, system] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ').slice(11, 13);
    return (Number(user) + Number(system)) * 10;
  } catch {
    return 0;
  }
}

function residentOf(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** A subject that does not go when it is told to is killed: what it leaves behind is not measured. */
async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const left = descendants(child.pid!);
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 5000);
  await gone;
  clearTimeout(late);
  for (const { pid } of left) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {}
  }
}
