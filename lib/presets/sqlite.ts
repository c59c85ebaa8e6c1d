import type { Preset, PresetTool } from './preset.ts';

const LOOKS: PresetTool = { kind: 'read', flags: ['private'] };
const WRITES: PresetTool = { kind: 'write' };

export const SQLITE: Preset = {
  name: 'sqlite',
  packages: {
    'pypi:mcp-server-sqlite': ['mcp-server-sqlite'],
    'npm:mcp-sqlite': ['mcp-sqlite-server'],
    'image:mcp/sqlite': [],
  },
  dialect: 'sqlite',
  sandbox: { network: 'none', folders: 'arguments', narrow: true },
  tools: {
    // mcp-server-sqlite
    /** It takes nothing that does not begin with SELECT, and only one statement. */
    read_query: { ...LOOKS, arguments: { sql: ['query'] }, rows: true },
    write_query: { kind: 'write', arguments: { sql: ['query'] } },
    create_table: { kind: 'write', arguments: { sql: ['query'] } },
    describe_table: LOOKS,
    append_insight: WRITES,
    list_tables: LOOKS,

    // mcp-sqlite
    /** It runs any statement, so it writes. */
    query: { kind: 'write', flags: ['private'], arguments: { sql: ['sql'] }, rows: true },
    db_info: LOOKS,
    get_table_schema: LOOKS,
    read_records: { ...LOOKS, rows: true },
    create_record: WRITES,
    update_records: WRITES,
    delete_records: { kind: 'destructive' },
  },
};
