import { spawnSync } from 'node:child_process';

export interface Process {
  readonly pid: number;
  readonly command: string;
}

/** Every process below `root`, as `ps` sees it now; shells that only wait are shown by their first word. */
export function descendants(root: number): Process[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' });
  const all = stdout
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line))
    .filter((match) => match !== null)
    .map(([, pid, parent, command]) => ({ pid: Number(pid), parent: Number(parent), command: command! }));
  const found: Process[] = [];
  const parents = [root];
  for (let parent = parents.pop(); parent !== undefined; parent = parents.pop()) {
    for (const { pid, command } of all.filter((one) => one.parent === parent)) {
      const guardian = command.includes('sallyport-guardian');
      found.push({ pid, command: guardian ? 'the guardian, which outlives a SIGKILL of the gateway' : command });
      parents.push(pid);
    }
  }
  return found;
}
