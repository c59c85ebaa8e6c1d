import { BROWSER } from './browser.ts';
import { PLAYWRIGHT_PACKAGE } from './playwright-package.ts';
import type { Preset, PresetTool } from './preset.ts';

const LOOKS: PresetTool = { kind: 'read', flags: ['untrusted'] };
const ACTS: PresetTool = { kind: 'write', flags: ['external', 'untrusted'] };
const FILLS: PresetTool = { ...ACTS, formFields: ['selector'] };
const VISITS: PresetTool = { kind: 'read', flags: ['external', 'untrusted'], arguments: { domains: ['url'] } };
const RETURNS: PresetTool = { kind: 'read', flags: ['external', 'untrusted'] };
const SENDS: PresetTool = { ...ACTS, arguments: { domains: ['url'] } };
const CODEGEN: PresetTool = { kind: 'write' };

/** The tools of `@executeautomation/playwright-mcp-server`. */
const EXECUTE_AUTOMATION: Readonly<Record<string, PresetTool>> = {
  playwright_navigate: VISITS,
  playwright_get: VISITS,
  playwright_post: SENDS,
  playwright_put: SENDS,
  playwright_patch: SENDS,
  playwright_delete: { ...SENDS, kind: 'destructive' },
  /** `url` is a pattern of what to wait for, and nothing is fetched. */
  playwright_expect_response: LOOKS,
  playwright_assert_response: LOOKS,
  playwright_click: ACTS,
  playwright_click_and_switch_tab: ACTS,
  playwright_iframe_click: ACTS,
  playwright_press_key: ACTS,
  playwright_drag: ACTS,
  playwright_fill: FILLS,
  playwright_iframe_fill: FILLS,
  playwright_select: FILLS,
  playwright_hover: LOOKS,
  playwright_upload_file: {
    ...ACTS,
    arguments: { paths: ['filePath'] },
    uploads: ['filePath'],
    action: 'require_approval',
  },
  playwright_evaluate: { kind: 'destructive', flags: ['external', 'untrusted', 'private'], action: 'deny' },
  playwright_screenshot: { ...LOOKS, arguments: { paths: ['downloadsDir'] }, writes: ['downloadsDir'] },
  /** `filename` is joined to `outputPath` as it is, `..` included, and may not be made absolute. */
  playwright_save_as_pdf: {
    kind: 'write',
    flags: ['untrusted'],
    arguments: { paths: ['outputPath'] },
    action: 'require_approval',
  },
  playwright_console_logs: LOOKS,
  playwright_get_visible_text: LOOKS,
  playwright_get_visible_html: LOOKS,
  playwright_go_back: RETURNS,
  playwright_go_forward: RETURNS,
  playwright_resize: { kind: 'read' },
  playwright_close: { kind: 'read' },
  playwright_custom_user_agent: { kind: 'read' },
  /** It names the folder its tests are written to. */
  start_codegen_session: { ...CODEGEN, arguments: { paths: ['/options/outputPath'] } },
  end_codegen_session: CODEGEN,
  get_codegen_session: { kind: 'read' },
  clear_codegen_session: CODEGEN,
};

export const PLAYWRIGHT: Preset = {
  name: 'playwright',
  packages: {
    'npm:@playwright/mcp': ['playwright-mcp'],
    'npm:@executeautomation/playwright-mcp-server': ['playwright-mcp-server'],
    'image:mcr.microsoft.com/playwright/mcp': [],
    'image:mcp/playwright': [],
  },
  sandbox: {
    ...BROWSER,
    reads: [
      '~/.cache/ms-playwright',
      'PLAYWRIGHT_BROWSERS_PATH',
      'PLAYWRIGHT_MCP_EXECUTABLE_PATH',
      'PLAYWRIGHT_MCP_CONFIG',
      'PLAYWRIGHT_MCP_SECRETS_FILE',
      'PLAYWRIGHT_MCP_STORAGE_STATE',
      'CHROME_EXECUTABLE_PATH',
    ],
    writes: ['--output-dir', '--user-data-dir', 'PLAYWRIGHT_MCP_OUTPUT_DIR', 'PLAYWRIGHT_MCP_USER_DATA_DIR'],
    variables: { PLAYWRIGHT_MCP_SANDBOX: 'false', PLAYWRIGHT_BROWSERS_PATH: '~/.cache/ms-playwright' },
  },
  tools: { ...PLAYWRIGHT_PACKAGE, ...EXECUTE_AUTOMATION },
};
