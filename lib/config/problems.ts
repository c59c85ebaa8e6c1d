import { CODES, type Code } from '../model/codes.ts';
import { printable } from '../model/printable.ts';

/** Something wrong with a config, said so that a person can mend it. */
export interface Problem {
  readonly code: Code;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** `file:line:column`, or the flag. */
  readonly where: string;
  readonly help?: string | undefined;
}

/** Every fault found, so that they can be mended in one go. */
export class ConfigError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(({ code, message, where }) => `${code} ${message} (${where})`).join('; '));
    this.problems = problems;
  }
}

/** A problem as a person reads it, over several lines. */
export function showProblem(problem: Problem): string {
  const { code, severity, message, where, help } = problem;
  const lines = [`${severity}[${code}] ${printable(message, 500)}`, `  --> ${printable(where, 500)}`];
  lines.push(`  help: ${printable(help ?? CODES[code].next, 500)}`, `  more: sallyport explain ${code}`);
  return lines.join('\n');
}

/** Problems as they stand in their files, the files in the order they were read. */
export function inOrder(problems: readonly Problem[]): Problem[] {
  const places = problems.map((problem) => {
    const [, file = problem.where, line = 0, column = 0] = /^(.*?)(?::(\d+))?(?::(\d+))?$/s.exec(problem.where) ?? [];
    return { problem, file, line: Number(line), column: Number(column) };
  });
  const files = [...new Set(places.map(({ file }) => file))];
  return places
    .sort((a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column)
    .map(({ problem }) => problem);
}

/** The known word nearest to `word`, when one is near enough to be meant. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(word.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Optimal string alignment: insertions, deletions, substitutions and swapped neighbours cost one each. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, beforeLast[j - 2]! + 1);
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
