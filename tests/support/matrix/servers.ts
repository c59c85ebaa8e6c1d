import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ServerKind } from '../../fixtures/matrix/kinds.ts';
import { ROOT } from '../paths.ts';
import type { Target } from './target.ts';

const MAIN = join(ROOT, 'build', 'tests', 'fixtures', 'matrix', 'main.js');

/** Every server of the matrix: those over HTTP run, the others are commands. */
export interface Servers {
  readonly target: Readonly<Record<ServerKind, Target>>;
  close(): Promise<void>;
}

/** Starts the servers over HTTP; `notes` is the folder all of them share with the test. */
export async function startServers(notes: string): Promise<Servers> {
  const argsOf = (kind: ServerKind) => [MAIN, kind, notes];
  const command = (kind: ServerKind) => ({ command: process.execPath, args: argsOf(kind) });
  const start = async (kind: ServerKind) => {
    const child = spawn(process.execPath, argsOf(kind), { stdio: ['pipe', 'pipe', 'inherit'] });
    const exited = once(child, 'exit');
    const close = () => {
      child.stdin.end();
      return exited;
    };
    return { url: await firstLine(child), close };
  };
  const [legacy, modern, sse] = await Promise.all([start('http-legacy'), start('http-modern'), start('sse')]);
  return {
    target: {
      'sdk-v1': command('sdk-v1'),
      'sdk-v2-legacy': command('sdk-v2-legacy'),
      'sdk-v2-modern': command('sdk-v2-modern'),
      'raw-2024': command('raw-2024'),
      'http-legacy': { url: legacy.url },
      'http-modern': { url: modern.url },
      sse: { sse: sse.url },
    },
    close: async () => {
      await Promise.all([legacy.close(), modern.close(), sse.close()]);
    },
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) return line;
  throw new Error('a server over HTTP did not start');
}
