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

/** Starts the servers; `notes` is the folder they share with the test. */
export async function startServers(notes: string): Promise<Servers> {
  const command = (kind: string) => ({ command: process.execPath, args: [MAIN, kind, notes] });
  const http = spawn(process.execPath, [MAIN, 'http', notes], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(http, 'exit');
  const urls = await firstLine(http);
  return {
    target: {
      'sdk-v1': command('sdk-v1'),
      'sdk-v2-legacy': command('sdk-v2-legacy'),
      'sdk-v2-modern': command('sdk-v2-modern'),
      'raw-2024': command('raw-2024'),
      'http-legacy': { url: urls['legacy']! },
      'http-modern': { url: urls['modern']! },
      sse: { sse: urls['sse']! },
    },
    close: async () => {
      http.stdin!.end();
      await exited;
    },
  };
}

async function firstLine(child: ChildProcess): Promise<Record<string, string>> {
  for await (const line of createInterface({ input: child.stdout! })) return JSON.parse(line);
  throw new Error('the HTTP servers did not start');
}
