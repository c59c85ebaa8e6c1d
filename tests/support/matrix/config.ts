import { SERVERS } from '../../fixtures/matrix/kinds.ts';
import type { Servers } from './servers.ts';
import type { Target } from './target.ts';

/** Entries of `backends` for every server of the matrix, each named as its kind is. */
export function backendsOf({ target }: Servers): string {
  return SERVERS.map((name) => `  - ${JSON.stringify({ name, ...reached(target[name]) })}\n`).join('');
}

function reached(target: Target): object {
  if ('command' in target) return { command: target.command, args: target.args };
  return { url: 'url' in target ? target.url : target.sse };
}
