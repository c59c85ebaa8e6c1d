import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { neutralConfig } from './neutral.ts';
import { CLI, FIXTURE } from './paths.ts';
import type { Way } from './reach.ts';
import type { Revision } from './suite.ts';

const START_MS = 30_000;

/** Something that speaks Streamable HTTP at `url` until it is stopped. */
export interface Subject {
  readonly url: string;
  stop(): Promise<void>;
}

/** The fixture itself, or a gateway with the fixture behind it as a process. */
export async function startServer(way: Way, revision: Revision, folder: string): Promise<Subject> {
  if (way === 'direct') return await startFixture();
  const modern = (revision === '2026-07-28') === (way === 'through');
  return await startGateway(modern ? 'modern' : 'legacy', folder);
}

async function startFixture(): Promise<Subject> {
  const child = spawn(process.execPath, [join(FIXTURE, 'http.js')], { stdio: ['pipe', 'pipe', 'inherit'] });
  return { url: await urlOf(child), stop: () => stopped(child) };
}

async function startGateway(era: 'legacy' | 'modern', folder: string): Promise<Subject> {
  mkdirSync(join(folder, 'state'), { recursive: true });
  // Many scenarios ask for input and never come back: each holds a process of a legacy server until it has expired.
  const processes = era === 'legacy' ? { max_processes: 16 } : {};
  const config = neutralConfig(
    folder,
    { command: process.execPath, args: [join(FIXTURE, 'stdio.js')], era, ...processes },
    { server: { listen_addr: '127.0.0.1:0' } },
  );
  const child = spawn(process.execPath, [CLI, 'serve', '--config', config], {
    stdio: ['ignore', 'pipe', openSync(join(folder, 'gateway.log'), 'w')],
    env: { ...process.env, XDG_STATE_HOME: join(folder, 'state') },
  });
  return { url: await urlOf(child), stop: () => stopped(child) };
}

/** The URL in the first line it prints. Throws when it ends before that, or says nothing for half a minute. */
async function urlOf(child: ChildProcess): Promise<string> {
  const lines = createInterface({ input: child.stdout! });
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`it ended with ${code}`)));
  const [line] = await Promise.race([once(lines, 'line', { signal: AbortSignal.timeout(START_MS) }), ended]);
  return /http:\S+/.exec(line)![0];
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}
