import type { Preset, PresetTool } from './preset.ts';

/** What is asked for tells the other side something, and what comes back was written by anybody. */
const FETCHES: PresetTool = { kind: 'read', flags: ['external', 'untrusted'], arguments: { domains: ['url'] } };
/** This package sends what it asks for by way of `proxy`, when it is told to. */
const BY_PROXY: PresetTool = { ...FETCHES, arguments: { domains: ['url', 'proxy'] } };

export const FETCH: Preset = {
  name: 'fetch',
  packages: {
    'pypi:mcp-server-fetch': ['mcp-server-fetch'],
    'npm:mcp-fetch-server': ['mcp-fetch-server'],
    'image:mcp/fetch': [],
  },
  sandbox: { network: 'proxy', folders: 'none', narrow: true },
  tools: {
    fetch: FETCHES,
    fetch_html: BY_PROXY,
    fetch_markdown: BY_PROXY,
    fetch_txt: BY_PROXY,
    fetch_json: BY_PROXY,
    fetch_readable: BY_PROXY,
    fetch_youtube_transcript: BY_PROXY,
  },
};
