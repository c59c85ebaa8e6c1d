import type { Preset, PresetTool } from './preset.ts';

/** Anybody in a channel, guests included, can have written what is read there. */
const MESSAGES: PresetTool = { kind: 'read', flags: ['untrusted', 'private'] };
const PEOPLE: PresetTool = { kind: 'read', flags: ['private'] };
const POSTS: PresetTool = { kind: 'write', flags: ['external'] };

export const SLACK: Preset = {
  name: 'slack',
  packages: {
    'npm:@modelcontextprotocol/server-slack': ['mcp-server-slack'],
    'npm:@zencoderai/slack-mcp-server': ['slack-mcp'],
    'image:mcp/slack': [],
  },
  sandbox: { network: 'proxy', hosts: ['slack.com', '*.slack.com'], folders: 'none', narrow: true },
  tools: {
    slack_list_channels: PEOPLE,
    slack_get_users: PEOPLE,
    slack_get_user_profile: PEOPLE,
    slack_get_channel_history: MESSAGES,
    slack_get_thread_replies: MESSAGES,
    slack_post_message: POSTS,
    slack_reply_to_thread: POSTS,
    slack_add_reaction: POSTS,
  },
};
