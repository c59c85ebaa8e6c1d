import type { Preset, PresetTool } from './preset.ts';

const READS: PresetTool = { kind: 'read', arguments: { paths: ['path'] } };
const WALKS: PresetTool = { ...READS, excludes: 'excludePatterns', walks: true };
/** The server calls saving a file destructive; inside the project it is ordinary work, and the paths check judges where. */
const WRITES: PresetTool = { kind: 'write', arguments: { paths: ['path'] } };

export const FILESYSTEM: Preset = {
  name: 'filesystem',
  packages: {
    'npm:@modelcontextprotocol/server-filesystem': ['mcp-server-filesystem'],
    'image:mcp/filesystem': [],
  },
  sandbox: { network: 'none', folders: 'arguments', narrow: true },
  tools: {
    read_file: READS,
    read_text_file: READS,
    read_media_file: READS,
    read_multiple_files: { kind: 'read', arguments: { paths: ['paths'] } },
    list_directory: READS,
    list_directory_with_sizes: READS,
    directory_tree: WALKS,
    search_files: WALKS,
    get_file_info: READS,
    list_allowed_directories: { kind: 'read' },
    write_file: WRITES,
    edit_file: WRITES,
    create_directory: WRITES,
    move_file: { kind: 'write', arguments: { paths: ['source', 'destination'] } },
  },
};
