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
  sandbox: { network: 'proxy', usesProxy: true, folders: 'none', narrow: true },
  also: {
    /**
     * Where there is Node it has npm put packages among its own files before it reads its first page, and fails when
     * that fails. Asked how it is used, npm installs nothing, and pages are read without.
     */
    'pypi:mcp-server-fetch': { variables: { npm_config_usage: 'true' } },
  },
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
