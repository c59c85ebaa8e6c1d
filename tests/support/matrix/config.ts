import { SERVERS } from '../../fixtures/matrix/kinds.ts';
import type { Servers } from './servers.ts';
import type { Target } from './target.ts';

/** The `backends` of a config with every server of the matrix, each named as its kind is. */
export function backendsOf({ target }: Servers): string {
  const entries = SERVERS.map((name) => `  - ${JSON.stringify({ name, ...reached(target[name]) })}\n`);
  return `backends:\n${entries.join('')}`;
}

function reached(target: Target): object {
  if ('command' in target) return { command: target.command, args: target.args };
  return { url: 'url' in target ? target.url : target.sse };
}
