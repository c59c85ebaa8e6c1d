import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = dirname(fileURLToPath(import.meta.url));
export const ROOT = dirname(dirname(dirname(HERE)));
export const CLI = join(ROOT, 'dist', 'sallyport.cjs');

export const NODE = process.execPath;
export const ECHO = join(HERE, 'echo.js');
export const RESPONDER = join(ROOT, 'scripts', 'bench', 'responder.sh');

/** Something to be measured: the command in front of a server's own. */
export interface Subject {
  readonly name: string;
  command(server: readonly string[]): readonly string[];
}

export const DIRECT: Subject = { name: 'no gateway', command: (server) => server };
export const PIPE: Subject = {
  name: 'raw Node pipe',
  command: (server) => [NODE, join(HERE, 'relay-pipe.js'), ...server],
};
export const SALLYPORT: Subject = { name: 'sallyport', command: (server) => [NODE, CLI, 'wrap', '--', ...server] };
export const SDK: Subject = { name: 'SDK relay', command: (server) => [NODE, join(HERE, 'relay-sdk.js'), ...server] };

/** What one run printed, and the most memory the subject held (bytes; Linux only). */
export interface Run {
  readonly values: Record<string, number>;
  readonly peakBytes: number | undefined;
  readonly residentBytes: number | undefined;
}

export interface RunOptions {
  readonly mode: 'latency' | 'flood' | 'slow' | 'start';
  readonly count: number;
  readonly tool?: string;
  /** Run all processes on one processor, where `taskset` exists: less noise, and the same for all. */
  readonly pinned?: boolean;
  /** Wait this long before the memory is read. */
  readonly idleMs?: number;
  /** Where the user's config and key are [in a folder of this run]. */
  readonly configHome?: string;
  /** Where subjects keep what they know from earlier runs [in a folder of this run: every start is the first]. */
  readonly stateHome?: string;
  /** Send another text with every call [the same]. */
  readonly varied?: boolean;
}

/** What stands before a command that is to run on one processor; nothing where there is no `taskset`. */
export const PINNED: readonly string[] = spawnSync('taskset', ['--version']).status === 0 ? ['taskset', '-c', '1'] : [];

/** Starts a subject between two named pipes and lets the driver measure it. */
export async function run(command: readonly string[], options: RunOptions): Promise<Run> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  const to = join(folder, 'to');
  const from = join(folder, 'from');
  spawnSync('mkfifo', [to, from]);
  const pin = options.pinned === true ? PINNED : [];
  const { configHome = join(folder, 'config'), stateHome = join(folder, 'state') } = options;
  const env = { ...process.env, XDG_STATE_HOME: stateHome, XDG_CONFIG_HOME: configHome };
  const quoted = command.map((word) => `'${word}'`).join(' ');
  try {
    const started = String(performance.timeOrigin * 1000 + performance.now() * 1000);
    const subject = spawn('/bin/sh', ['-c', `exec ${[...pin, quoted].join(' ')} <'${to}' >'${from}' 2>/dev/null`], {
      env,
      stdio: 'ignore',
    });
    const [file, ...args] = [...pin, NODE, join(HERE, 'driver.js'), to, from, options.mode, String(options.count)];
    const driver = spawn(file!, args, {
      env: {
        ...process.env,
        BENCH_STARTED_US: started,
        ...(options.tool === undefined ? {} : { BENCH_TOOL: options.tool }),
        ...(options.varied === true ? { BENCH_TEXTS: 'varied' } : {}),
      },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    driver.stdin.on('error', () => {});
    let printed = '';
    driver.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
    await new Promise<void>((resolve) => driver.stdout.once('data', () => resolve()));
    if (options.idleMs !== undefined) await new Promise((resolve) => setTimeout(resolve, options.idleMs));
    const memory = memoryOf(subject.pid!);
    driver.stdin.end('\n');
    await Promise.all([ended(driver), ended(subject)]);
    return { values: JSON.parse(printed), ...memory };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function ended(child: ReturnType<typeof spawn>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

function memoryOf(pid: number): { peakBytes: number | undefined; residentBytes: number | undefined } {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const read = (key: string) => Number(new RegExp(`${key}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024;
    return { peakBytes: read('VmHWM'), residentBytes: read('VmRSS') };
  } catch {
    return { peakBytes: undefined, residentBytes: undefined };
  }
}
