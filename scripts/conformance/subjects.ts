import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { neutralConfig } from './neutral.ts';
import { CLI, FIXTURE } from './paths.ts';
import type { Way } from './reach.ts';
import type { Revision } from './suite.ts';

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
  return { url: await found(child.stdout, /^(http:\S+)$/), stop: () => stopped(child) };
}

async function startGateway(era: 'legacy' | 'modern', folder: string): Promise<Subject> {
  mkdirSync(join(folder, 'state'), { recursive: true });
  const config = neutralConfig(
    folder,
    { command: process.execPath, args: [join(FIXTURE, 'stdio.js')], era },
    { server: { listen_addr: '127.0.0.1:0' } },
  );
  const child = spawn(process.execPath, [CLI, 'serve', '--config', config], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, XDG_STATE_HOME: join(folder, 'state') },
  });
  return { url: await found(child.stderr, /(http:\/\/127\.0\.0\.1:\d+\/mcp)/), stop: () => stopped(child) };
}

/** What the first line that matches holds; the rest of the stream is read and forgotten. */
async function found(stream: Readable, pattern: RegExp): Promise<string> {
  const seen: string[] = [];
  for await (const line of createInterface({ input: stream })) {
    seen.push(line);
    const match = pattern.exec(line)?.[1];
    if (match === undefined) continue;
    stream.resume();
    return match;
  }
  throw new Error(`it ended before it listened:\n${seen.join('\n')}`);
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}
