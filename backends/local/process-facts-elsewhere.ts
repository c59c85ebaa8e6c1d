import { runToEnd } from '../one-shot.ts';
import { ancestorsOf, type ProcessFacts } from './process-facts.ts';
import type { Peer } from './who-may.ts';

const WITHIN_MS = 5000;
const ENVIRONMENT = { PATH: '/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C' };
const TABLE = 'pid=,ppid=,uid=,ruid=,tty=,lstart=,comm=';
const LINE = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(\w{3}\s+\w{3}\s+\d+\s+[\d:]+\s+\d{4})\s+(.*)$/;

/** The process that holds `path` open, where there is no /proc (macOS); undefined unless it is `pid`. */
export async function processElsewhere(pid: number, path: string): Promise<Peer | undefined> {
  const holders = await runToEnd('lsof', ['-nP', '-F', 'p', '--', path], ENVIRONMENT, WITHIN_MS);
  if (!holdersIn(holders.stdout).includes(pid)) return undefined;
  const all = await tableElsewhere();
  const facts = all.get(pid);
  if (facts === undefined) return undefined;
  const again = await runToEnd('ps', ['-p', String(pid), '-o', 'lstart='], ENVIRONMENT, WITHIN_MS);
  if (again.stdout.trim().replace(/\s+/g, '_') !== facts.start) return undefined;
  return { facts, ancestors: ancestorsOf(facts, (one) => all.get(one)) };
}

/** All processes by their numbers, where there is no /proc. */
export async function tableElsewhere(): Promise<Map<number, ProcessFacts>> {
  return processesIn((await runToEnd('ps', ['-axww', '-o', TABLE], ENVIRONMENT, WITHIN_MS)).stdout);
}

/** Process numbers in what `lsof -F p` prints. */
export function holdersIn(text: string): number[] {
  return [...text.matchAll(/^p(\d+)$/gm)].map(([, pid]) => Number(pid));
}

/** All processes in what ps prints, by their numbers. What they were started with is not among it. */
export function processesIn(text: string): Map<number, ProcessFacts> {
  const found = new Map<number, ProcessFacts>();
  for (const line of text.split('\n')) {
    const [, pid, parent, uid, real, tty, start, command] = LINE.exec(line) ?? [];
    if (pid === undefined) continue;
    found.set(Number(pid), {
      pid: Number(pid),
      parent: Number(parent),
      uid: uid === real ? Number(uid) : undefined,
      hasTerminal: !/^\?+$/.test(tty!) && tty !== '-',
      start: start!.replace(/\s+/g, '_'),
      name: command!.slice(command!.lastIndexOf('/') + 1),
      isMarked: false,
      agentMark: undefined,
    });
  }
  return found;
}
