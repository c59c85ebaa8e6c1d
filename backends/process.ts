import { type ChildProcess, spawn } from 'node:child_process';
import type { Server } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import type { Guardian } from './guardian.ts';
import { groupAlive, lookForMarked, signalGroup, signalProcess } from './process-table.ts';
import { innerProcess } from './sandbox/inner.ts';
import { type Command, onHandOver, spawned } from './spawned.ts';

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Set when the program could not be started at all. */
  readonly error?: Error;
}

/** A killed process is gone within this time, unless the kernel holds on to it. */
const KILLED_MS = 200;
/** Output that is still in the pipe when the last process is gone is there at once. */
const READ_OUT_MS = 50;
const POLL_MS = 15;
/** What starts others while it is ended is found by a later look. */
const SWEEP_LOOKS = 8;
const SWEEP_PAUSE_MS = 10;

/**
 * One long-lived backend process, leader of its own session and process group, so that everything it starts
 * can be ended with it. Why not execa: docs/adr/0005.
 */
export class ServerProcess {
  readonly pid: number | undefined;
  readonly exited: Promise<Exit>;
  /** It has exited and its output has been read to the end. */
  readonly #closed: Promise<void>;
  readonly #child: ChildProcess;
  readonly #guardian: Guardian;
  readonly #hasInner: boolean;

  constructor(command: Command, guardian: Guardian) {
    this.#guardian = guardian;
    this.#hasInner = command.hasInner;
    this.#child = spawned(command, guardian.run, 'pipe');
    this.pid = this.#child.pid;
    if (this.pid !== undefined) guardian.add(this.pid);
    this.exited = new Promise((resolve) => {
      this.#child.once('error', (error) => {
        if (this.pid === undefined) resolve({ code: null, signal: null, error });
      });
      this.#child.once('exit', (code, signal) => resolve({ code, signal }));
    });
    this.#closed = new Promise((resolve) => this.#child.once('close', () => resolve()));
  }

  get stdin(): Writable {
    return this.#child.stdin!;
  }

  get stdout(): Readable {
    return this.#child.stdout!;
  }

  get stderr(): Readable {
    return this.#child.stderr!;
  }

  /** `take` gets each listening socket it hands over, in their order. */
  onHandOver(take: (server: Server, rank: number) => void): void {
    onHandOver(this.#child, take);
  }

  /** Resolves when all it had to say has been read, or after `ms`: somebody else may hold the pipe open. */
  lastWords(ms: number): Promise<void> {
    return Promise.race([this.#closed, pause(ms)]);
  }

  /**
   * Closes the input, then signals the whole group: TERM after `termAfterMs`, KILL after `killAfterMs`.
   * Resolves when nothing of the group is left, whatever the leader left behind.
   */
  async end(termAfterMs: number, killAfterMs: number): Promise<void> {
    if (this.pid === undefined) return;
    this.stdin.end();
    await this.#goneWithin(termAfterMs);
    if (this.#alive()) this.#signal('SIGTERM');
    await this.#goneWithin(killAfterMs - termAfterMs);
    if (this.#alive()) {
      this.#signal('SIGKILL');
      await this.#goneWithin(KILLED_MS);
    }
    if (!this.#alive()) this.#guardian.remove(this.pid);
    await this.lastWords(READ_OUT_MS);
    this.stdout.destroy();
    this.stderr.destroy();
  }

  #alive(): boolean {
    return process.platform === 'win32'
      ? this.#child.exitCode === null && this.#child.signalCode === null
      : groupAlive(this.pid!);
  }

  #signal(signal: NodeJS.Signals): void {
    const inner = this.#hasInner && signal === 'SIGTERM' ? innerProcess(this.pid!) : undefined;
    if (inner !== undefined) signalProcess(inner, signal);
    else if (process.platform !== 'win32') signalGroup(this.pid!, signal);
    else spawn('taskkill', ['/T', '/F', '/PID', String(this.pid)], { stdio: 'ignore', windowsHide: true });
  }

  /** Waits until the group is gone, at most `ms`; a leader that exits may leave members behind. */
  async #goneWithin(ms: number): Promise<void> {
    const deadline = performance.now() + ms;
    await Promise.race([this.exited, pause(ms)]);
    while (this.#alive() && performance.now() < deadline) await pause(POLL_MS);
  }
}

/** Ends every process that still carries the run's marker, those that left their group; says how many. */
export async function sweep(run: string): Promise<number> {
  const ended = new Set<number>();
  let undecided: readonly number[] | undefined;
  for (let look = 0; look < SWEEP_LOOKS; look++) {
    const { marked, between } = lookForMarked(run, undecided);
    if (marked.length + between.length === 0) break;
    for (const pid of marked) if (signalProcess(pid, 'SIGKILL')) ended.add(pid);
    await pause(SWEEP_PAUSE_MS);
    undecided = marked.length === 0 ? between : undefined;
  }
  return ended.size;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
