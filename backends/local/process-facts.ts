import { readFileSync } from 'node:fs';
import { MARKER } from '../process-table.ts';
import type { ProcessId } from './announced.ts';

/** What the kernel says of a process. */
export interface ProcessFacts extends ProcessId {
  readonly parent: number;
  /** Undefined when its real and its effective user are two: such a program acts for one and is run by the other. */
  readonly uid: number | undefined;
  /** Whether it has a controlling terminal. */
  readonly hasTerminal: boolean;
  readonly name: string;
  /** It was started with the variable every backend carries. */
  readonly isMarked: boolean;
  /** The variable by which an agent says that it runs this; undefined where none is set. */
  readonly agentMark: string | undefined;
}

/** What agents put into the environment of the commands they run. */
const AGENT_MARKS = ['CLAUDECODE', 'CODEX_SANDBOX', 'CODEX_SANDBOX_NETWORK_DISABLED', 'CURSOR_AGENT', 'GEMINI_CLI'];

/** Chains of parents are short; one that is longer is not followed, which refuses. */
const MOST_ANCESTORS = 128;

/** Facts from /proc; undefined when there is no such process, or no such folder. */
export function factsOf(pid: number): ProcessFacts | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [real, effective] = /^Uid:\s+(\d+)\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))!.slice(1);
    return {
      pid,
      start: fields[19]!,
      parent: Number(fields[1]),
      uid: real === effective ? Number(real) : undefined,
      hasTerminal: fields[4] !== '0',
      name: stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')')),
      ...marksOf(environmentOf(pid)),
    };
  } catch {
    return undefined;
  }
}

/** Its parent, the parent of that and so on; undefined when the chain cannot be followed to its end. */
export function ancestorsOf(facts: ProcessFacts, look = factsOf): ProcessFacts[] | undefined {
  const found: ProcessFacts[] = [];
  for (let at = facts.parent; at > 0; at = found.at(-1)!.parent) {
    if (found.length === MOST_ANCESTORS) return undefined;
    const above = look(at);
    if (above === undefined) return undefined;
    found.push(above);
  }
  return found;
}

/** What the environment a process was started with says of who started it. */
export function marksOf(
  env: Readonly<Record<string, string | undefined>>,
): Pick<ProcessFacts, 'isMarked' | 'agentMark'> {
  return { isMarked: env[MARKER] !== undefined, agentMark: AGENT_MARKS.find((name) => (env[name] ?? '') !== '') };
}

/** Programs of other users do not show what they were started with; none of them is a backend. */
function environmentOf(pid: number): Record<string, string> {
  try {
    const entries = readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0');
    return Object.fromEntries(
      entries.map((entry) => [entry.slice(0, Math.max(0, entry.indexOf('='))), entry.slice(entry.indexOf('=') + 1)]),
    );
  } catch {
    return {};
  }
}
