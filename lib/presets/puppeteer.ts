import { BROWSER } from './browser.ts';
import type { Preset, PresetTool } from './preset.ts';

/** Acting on a page sends it something. */
const ACTS: PresetTool = { kind: 'write', flags: ['external'] };
/** The only name a field has here is its selector. */
const FILLS: PresetTool = { ...ACTS, formFields: ['selector'] };

export const PUPPETEER: Preset = {
  name: 'puppeteer',
  packages: {
    'npm:@modelcontextprotocol/server-puppeteer': ['mcp-server-puppeteer'],
    'npm:puppeteer-mcp-server': ['mcp-server-puppeteer'],
    'image:mcp/puppeteer': [],
  },
  sandbox: {
    ...BROWSER,
    reads: ['~/.cache/puppeteer', 'PUPPETEER_CACHE_DIR', 'PUPPETEER_EXECUTABLE_PATH'],
    /** By it both packages start a browser without a window and without the sandbox of its own. */
    variables: { DOCKER_CONTAINER: 'true' },
  },
  tools: {
    puppeteer_navigate: { kind: 'read', flags: ['external', 'untrusted'], arguments: { domains: ['url'] } },
    puppeteer_screenshot: { kind: 'read', flags: ['untrusted'] },
    puppeteer_hover: { kind: 'read', flags: ['untrusted'] },
    puppeteer_click: ACTS,
    puppeteer_fill: FILLS,
    puppeteer_select: FILLS,
    /** Code in a page reads what its visitor may read, and sends it anywhere. */
    puppeteer_evaluate: { kind: 'destructive', flags: ['external', 'untrusted', 'private'], action: 'deny' },
    /** It takes over the browser a person uses, with every account that is signed in there; `targetUrl` only picks a tab. */
    puppeteer_connect_active_tab: {
      kind: 'write',
      flags: ['external', 'untrusted', 'private'],
      action: 'require_approval',
    },
  },
};
