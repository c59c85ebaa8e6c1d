import type { Preset, PresetTool } from './preset.ts';

/** A command may do anything; whether it may run is for the commands check to say. */
const RUNS: PresetTool = {
  kind: 'write',
  flags: ['external'],
  arguments: { commands: ['command'], paths: ['workdir', 'cwd'] },
};
const READS: PresetTool = { kind: 'read', arguments: { paths: ['path'] } };
const WRITES: PresetTool = { kind: 'write', arguments: { paths: ['path'] } };
const LOOKS: PresetTool = { kind: 'read' };
const KILLS: PresetTool = { kind: 'destructive' };

export const SHELL: Preset = {
  name: 'shell',
  packages: {
    'npm:mcp-server-commands': ['mcp-server-commands'],
    'npm:@agent-infra/mcp-server-commands': ['mcp-server-commands'],
    'npm:@wonderwhy-er/desktop-commander': ['desktop-commander'],
    'pypi:mcp-shell-server': ['mcp-shell-server'],
    'pypi:cli-mcp-server': ['cli-mcp-server'],
  },
  sandbox: { network: 'proxy', folders: 'project', narrow: false, writes: ['ALLOWED_DIR'] },
  also: {
    /** It does not start where it cannot write down its settings. */
    'npm:@wonderwhy-er/desktop-commander': { writes: ['~/.claude-server-commander'] },
  },
  tools: {
    // mcp-server-commands, @agent-infra/mcp-server-commands, cli-mcp-server
    run_command: RUNS,
    show_security_rules: LOOKS,
    /** A script in the language of `interpreter`, which no parser of ours need know. */
    run_script: {
      ...RUNS,
      arguments: { commands: ['interpreter', 'script'], paths: ['cwd'] },
      action: 'require_approval',
    },

    // mcp-shell-server: a list of words, where pipes and redirections are words of their own
    shell_execute: { ...RUNS, arguments: { commands: ['command'], paths: ['directory'] } },

    // @wonderwhy-er/desktop-commander
    start_process: { ...RUNS, arguments: { commands: ['command', 'shell'] } },
    /** Typed into whatever runs there, a shell or an interpreter. */
    interact_with_process: { kind: 'write', flags: ['external'], action: 'require_approval' },
    read_process_output: { kind: 'read', flags: ['untrusted'] },
    force_terminate: KILLS,
    kill_process: KILLS,
    list_processes: LOOKS,
    list_sessions: LOOKS,
    /** With `isUrl` the path is an address that is fetched. */
    read_file: { ...READS, flags: ['external', 'untrusted'] },
    read_multiple_files: { kind: 'read', arguments: { paths: ['paths'] } },
    list_directory: READS,
    get_file_info: READS,
    start_search: { ...READS, walks: true },
    get_more_search_results: LOOKS,
    stop_search: LOOKS,
    list_searches: LOOKS,
    write_file: WRITES,
    create_directory: WRITES,
    write_pdf: { kind: 'write', arguments: { paths: ['path', 'outputPath'] } },
    edit_block: { kind: 'write', arguments: { paths: ['file_path'] } },
    move_file: { kind: 'write', arguments: { paths: ['source', 'destination'] } },
    get_config: LOOKS,
    /** Which folders it may touch and which commands it refuses are among its settings. */
    set_config_value: { kind: 'destructive', action: 'deny' },
    get_usage_stats: LOOKS,
    get_recent_tool_calls: { kind: 'read', flags: ['private'] },
    get_prompts: LOOKS,
    /** Opens a page in the browser of the machine. */
    give_feedback_to_desktop_commander: { kind: 'write', flags: ['external'] },
  },
};
