import { readFileSync } from 'node:fs';

/** Far more than the two seconds a shutdown may take: tests run beside each other, on machines that do other things, too. */
export const SHUTDOWN_MS = 15_000;

/** A figure of a process in kB, as the kernel tells it: `VmRSS` now, `VmHWM` at its highest (Linux). */
export function memoryOf(pid: number, figure: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${figure}:\\s+(\\d+) kB`, 'm').exec(status)![1]);
}

/** The value at `share` (0 to 1) of the sorted figures. */
export function percentile(figures: readonly number[], share: number): number {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
}
