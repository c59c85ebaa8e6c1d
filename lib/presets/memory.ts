import type { Preset, PresetTool } from './preset.ts';

/** What people told an assistant to remember is theirs. */
const READS: PresetTool = { kind: 'read', flags: ['private'] };
const WRITES: PresetTool = { kind: 'write' };
const DESTROYS: PresetTool = { kind: 'destructive' };

export const MEMORY: Preset = {
  name: 'memory',
  packages: {
    'npm:@modelcontextprotocol/server-memory': ['mcp-server-memory'],
    'image:mcp/memory': [],
  },
  sandbox: {
    network: 'none',
    folders: 'none',
    keeps: { variable: 'MEMORY_FILE_PATH', formerly: ['dist/memory.jsonl', 'dist/memory.json'] },
    narrow: true,
  },
  tools: {
    read_graph: READS,
    search_nodes: READS,
    open_nodes: READS,
    create_entities: WRITES,
    create_relations: WRITES,
    add_observations: WRITES,
    delete_entities: DESTROYS,
    delete_observations: DESTROYS,
    delete_relations: DESTROYS,
  },
};
