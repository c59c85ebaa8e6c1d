import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { Server } from 'node:net';
import { MARKER } from './process-table.ts';
import { anonymousFile } from './sandbox/anonymous-file.ts';

/** What is started, with all that surrounds it. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  /** Windows only: the arguments are quoted already. */
  readonly verbatim: boolean;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** What it reads from descriptors, the first being 3, or 4 behind the hand-over. */
  readonly inputs: readonly Buffer[];
  /** It hands listening sockets over on an IPC channel at descriptor 3 before it becomes the backend. */
  readonly handsOver: boolean;
  /** The backend is behind a process of its sandbox, which passes no signals on. */
  readonly hasInner: boolean;
}

/** Starts a command with pipes as the leader of its own session and group, or at our terminal. */
export function spawned(command: Command, run: string, standard: 'pipe' | 'inherit'): ChildProcess {
  const inputs = command.inputs.map(anonymousFile);
  try {
    return spawn(command.file, command.args, {
      cwd: command.cwd,
      env: { ...command.env, [MARKER]: run },
      detached: standard === 'pipe' && process.platform !== 'win32',
      stdio: [standard, standard, standard, ...(command.handsOver ? (['ipc'] as const) : []), ...inputs],
      windowsHide: true,
      windowsVerbatimArguments: command.verbatim,
    });
  } finally {
    for (const input of inputs) closeSync(input);
  }
}

/** `take` gets each listening socket a command hands over, in their order. */
export function onHandOver(child: ChildProcess, take: (server: Server, rank: number) => void): void {
  let rank = 0;
  child.on('message', (_place, handle) => {
    if (!(handle instanceof Server)) return;
    // Each side of a connection may end before the other has said all.
    (handle as Server & { allowHalfOpen: boolean }).allowHalfOpen = true;
    take(handle, rank++);
  });
}
