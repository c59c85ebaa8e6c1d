import { ATTEMPTS } from '../../backends/sandbox/proof.ts';
import { columns, shown } from '../output/print.ts';
import type { Proved } from '../sandbox/proof.ts';

/** What was tried from inside each sandbox, a line a backend; nothing when there is none. */
export function provedText(proved: readonly Proved[]): string {
  const held = proved.filter(({ driver }) => driver !== undefined);
  if (held.length === 0) return '';
  const rows = held.map(({ backend, attempts }) => [backend, ...ATTEMPTS.map((attempt) => attempts[attempt] ?? '')]);
  return columns([['from inside', ...ATTEMPTS], ...rows]);
}

/** What would give backends a sandbox that have none, each step once and in its own lines. */
export function adviceText(proved: readonly Proved[]): string {
  const steps = [...new Set(proved.flatMap(({ fix }) => fix ?? []))];
  const lines = steps.flatMap((step) => [
    'to have a sandbox:',
    ...step.split('\n').map((line) => `  ${line}`.trimEnd()),
  ]);
  return lines.map((line) => shown(line)).join('\n');
}
