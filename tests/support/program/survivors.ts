import assert from 'node:assert/strict';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import type { Peer } from '../mcp/peer.ts';
import { textOf } from '../mcp/peer.ts';

/** What a fixture server says of itself and of what it started. */
export interface Whoami {
  readonly pid: number;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly argv: readonly string[];
  readonly children: readonly number[];
}

/** Tests that look into /proc can only run where there is one. */
export const NEEDS_PROC = process.platform === 'linux' ? false : 'needs /proc';

/** Asks a fixture server behind `peer` who it is; `tool` is the name the tool has there. */
export async function whoami(peer: Peer, tool = 'whoami'): Promise<Whoami> {
  return JSON.parse(textOf(await peer.call(tool))) as Whoami;
}

/** The marker every process of that gateway's backends carries. */
export function runOf({ env }: Whoami): string {
  const run = env.SALLYPORT_RUN;
  assert.ok(run, 'the backend carries no marker');
  return run;
}

/** Processes that carry the marker of a run, the dead that nobody reaped left out. */
export function marked(run: string): number[] {
  return withVariable('SALLYPORT_RUN', run);
}

/** Living processes with a variable in their environment. */
export function withVariable(name: string, value: string): number[] {
  return pids().filter((pid) => alive(pid) && read(pid, 'environ').split('\0').includes(`${name}=${value}`));
}

/** The guardian of a run: the shell that was told the marker. */
export function guardians(run: string): number[] {
  return pids().filter((pid) => {
    const argv = read(pid, 'cmdline').split('\0');
    return alive(pid) && argv.includes('sallyport-guardian') && argv.includes(run);
  });
}

/** Whether a process is there and not dead. */
export function alive(pid: number): boolean {
  const stat = read(pid, 'stat');
  const state = stat.slice(stat.lastIndexOf(')') + 2)[0];
  return state !== undefined && state !== 'Z' && state !== 'X';
}

/** The marker of the first backend process a gateway has started, once it has. */
export function runStartedBy(gateway: number): string | undefined {
  for (const pid of childrenOf(gateway)) {
    const marker = /(?:^|\0)SALLYPORT_RUN=([^\0]*)/.exec(read(pid, 'environ'));
    if (marker !== null) return marker[1];
  }
  return undefined;
}

/** Resolves with what `find` finds, which must be there within `ms`. */
export async function found<T>(
  find: () => T | undefined | Promise<T | undefined>,
  ms: number,
  what: string,
): Promise<T> {
  const deadline = Date.now() + ms;
  for (;;) {
    const value = await find();
    if (value !== undefined) return value;
    if (Date.now() > deadline) assert.fail(`${what} did not come up within ${ms} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Processes started by `pid`, by any of its threads. */
export function childrenOf(pid: number): number[] {
  return pids().filter((other) => {
    const stat = read(other, 'stat');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid;
  });
}

/** How a process was called, one argument a word. */
export function commandOf(pid: number): string {
  return read(pid, 'cmdline').replaceAll('\0', ' ').trim();
}

/** Resolves once `left` finds nothing; fails with what is still there after `ms`. */
export async function noneLeft(left: () => readonly number[], ms: number, what: string): Promise<void> {
  const deadline = Date.now() + ms;
  for (;;) {
    const found = left();
    if (found.length === 0) return;
    if (Date.now() > deadline)
      assert.fail(`${what} survived: ${found.map((pid) => `${pid} ${commandOf(pid)}`).join('; ')}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function pids(): number[] {
  return readdirSync('/proc').map(Number).filter(Number.isInteger);
}

function read(pid: number, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}

/** Living processes of the same process namespaces as the given ones, our own namespace left out. */
export function sharingNamespace(of: readonly number[]): () => number[] {
  const own = namespaceOf(process.pid);
  const namespaces = new Set(of.map(namespaceOf).filter((name) => name !== undefined && name !== own));
  assert.ok(namespaces.size > 0, 'none of them is in a namespace of its own');
  return () => pids().filter((pid) => alive(pid) && namespaces.has(namespaceOf(pid)));
}

function namespaceOf(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return undefined;
  }
}
