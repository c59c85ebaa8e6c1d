import type { Json } from '../model/json.ts';
import type { PresetName } from '../presets/names.ts';

/** A tool of a preset that takes a text which nothing judges as a path, a statement, a command or an address. */
export interface TextArgument {
  readonly tool: string;
  readonly argument: string;
  /** What else it must be given. */
  readonly also: Json;
}

const ISSUE = { owner: 'example', repo: 'shop' };

/** Where text goes into servers whose tools are known; presets say what is judged, and text is what is left. */
export const TEXT_ARGUMENTS: Readonly<Partial<Record<PresetName, readonly TextArgument[]>>> = {
  filesystem: [{ tool: 'write_file', argument: 'content', also: { path: '<root>/note.txt' } }],
  git: [{ tool: 'git_commit', argument: 'message', also: { repo_path: '<root>' } }],
  github: [
    { tool: 'add_issue_comment', argument: 'body', also: { ...ISSUE, issue_number: 1 } },
    { tool: 'create_issue', argument: 'body', also: { ...ISSUE, title: 'Question' } },
    { tool: 'search_issues', argument: 'q', also: {} },
  ],
  slack: [{ tool: 'slack_post_message', argument: 'text', also: { channel_id: 'C0000000000' } }],
  memory: [{ tool: 'search_nodes', argument: 'query', also: {} }],
  sqlite: [{ tool: 'append_insight', argument: 'insight', also: {} }],
};
