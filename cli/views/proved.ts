import { ATTEMPTS } from '../../backends/sandbox/proof.ts';
import { columns } from '../print.ts';
import type { Proved } from '../sandbox-proof.ts';

/** What was tried from inside each sandbox, a line a backend; nothing when there is none. */
export function provedText(proved: readonly Proved[]): string {
  const held = proved.filter(({ driver }) => driver !== undefined);
  if (held.length === 0) return '';
  const rows = held.map(({ backend, attempts }) => [backend, ...ATTEMPTS.map((attempt) => attempts[attempt] ?? '')]);
  return columns([['from inside', ...ATTEMPTS], ...rows]);
}
