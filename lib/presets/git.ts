import type { Preset, PresetTool } from './preset.ts';

const READS: PresetTool = { kind: 'read', arguments: { paths: ['repo_path'] } };
const WRITES: PresetTool = { kind: 'write', arguments: { paths: ['repo_path'] } };
/** Undoes what was staged, or replaces the files of the work tree: neither can be taken back. */
const DESTROYS: PresetTool = { kind: 'destructive', arguments: { paths: ['repo_path'] } };

export const GIT: Preset = {
  name: 'git',
  packages: {
    'pypi:mcp-server-git': ['mcp-server-git'],
    'image:mcp/git': [],
  },
  sandbox: { network: 'none', folders: 'arguments', narrow: true, reads: ['~/.gitconfig', '~/.config/git'] },
  tools: {
    git_status: READS,
    git_diff_unstaged: READS,
    git_diff_staged: READS,
    git_diff: READS,
    git_log: READS,
    git_show: READS,
    git_branch: READS,
    git_add: { kind: 'write', arguments: { paths: ['repo_path', 'files'] }, base: 'repo_path' },
    git_commit: WRITES,
    git_create_branch: WRITES,
    git_checkout: DESTROYS,
    git_reset: DESTROYS,
  },
};
