import type { Preset } from './preset.ts';

export const POSTGRES: Preset = {
  name: 'postgres',
  packages: {
    'npm:@modelcontextprotocol/server-postgres': ['mcp-server-postgres'],
    'image:mcp/postgres': [],
  },
  dialect: 'postgres',
  sandbox: { network: 'proxy', hosts: [], connects: ['arguments', 'DATABASE_URL'], folders: 'none', narrow: true },
  tools: {
    /**
     * It runs every text in a transaction that may only read, so it counts as reading. A text of several statements
     * could end that transaction first, and a function or `COPY … TO PROGRAM` acts in spite of it: it is the sql
     * check that stops those, whatever the effect.
     */
    query: { kind: 'read', flags: ['private'], arguments: { sql: ['sql'] }, rows: true },
  },
};
