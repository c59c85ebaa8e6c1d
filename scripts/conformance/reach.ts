import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StreamableHTTPClientTransport, type Transport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { neutralConfig } from './neutral.ts';
import { CLI } from './paths.ts';

/**
 * How the two sides of a scenario are put together: `direct` without a gateway; `through` one that speaks the same
 * revision on both sides; `across` one that speaks the other era with the side that is not under test.
 */
export const WAYS = ['direct', 'through', 'across'] as const;
export type Way = (typeof WAYS)[number];

/**
 * Either the server itself, or a gateway on standard input and output that has it as its backend. Left to itself the
 * gateway first tries the era of its client; across eras it is told that of the server, which counts every request.
 */
export function reach(way: Way, url: string, era: 'legacy' | 'modern'): Transport {
  if (way === 'direct') return new StreamableHTTPClientTransport(new URL(url));
  return throughGateway(way === 'across' ? { url, era } : { url });
}

function throughGateway(backend: object): Transport {
  const folder = mkdtempSync(join(process.env.CONFORMANCE_FOLDER ?? tmpdir(), 'client-'));
  mkdirSync(join(folder, 'state'));
  return new StdioClientTransport({
    command: process.execPath,
    args: [CLI, 'run', '--config', neutralConfig(folder, backend)],
    env: { PATH: process.env.PATH ?? '', HOME: folder, XDG_STATE_HOME: join(folder, 'state') },
    stderr: 'inherit',
  });
}
