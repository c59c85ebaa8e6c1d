import type { PresetTool } from './preset.ts';

/** What a page shows was written by anybody. */
const LOOKS: PresetTool = { kind: 'read', flags: ['untrusted'] };
/** The same, and it saves what it found when it is given a name for it. */
const SAVES: PresetTool = { ...LOOKS, arguments: { paths: ['filename'] }, writes: ['filename'] };
/** Acting on a page sends it something. */
const ACTS: PresetTool = { kind: 'write', flags: ['external', 'untrusted'] };
const VISITS: PresetTool = { kind: 'read', flags: ['external', 'untrusted'], arguments: { domains: ['url'] } };
/** Touches the window alone. */
const WINDOW: PresetTool = { kind: 'read' };
/** Cookies and what a page stored for its visitor: sign-ins, mostly. */
const STORED: PresetTool = { kind: 'read', flags: ['private'] };
const STORES: PresetTool = { kind: 'write', flags: ['private'] };
const CLEARS: PresetTool = { kind: 'destructive', flags: ['private'] };
/** Code in a page, or in the browser itself, reads what its visitor may read, and sends it anywhere. */
const CODE: PresetTool = { kind: 'destructive', flags: ['external', 'untrusted', 'private'], action: 'deny' };
const UPLOADS: PresetTool = {
  ...ACTS,
  arguments: { paths: ['paths'] },
  uploads: ['paths'],
  action: 'require_approval',
};

/** The tools of `@playwright/mcp`, those it has only with `--caps` included. */
export const PLAYWRIGHT_PACKAGE: Readonly<Record<string, PresetTool>> = {
  browser_navigate: VISITS,
  browser_navigate_back: { kind: 'read', flags: ['external', 'untrusted'] },
  /** It opens a tab at `url` when it is told to. */
  browser_tabs: VISITS,
  browser_click: ACTS,
  browser_drag: ACTS,
  browser_hover: LOOKS,
  browser_press_key: ACTS,
  browser_handle_dialog: ACTS,
  browser_select_option: { ...ACTS, formFields: ['element', 'target'] },
  browser_type: { ...ACTS, formFields: ['element', 'target'] },
  browser_fill_form: { ...ACTS, formFields: ['fields'] },
  browser_file_upload: UPLOADS,
  browser_drop: UPLOADS,
  browser_evaluate: { ...CODE, arguments: { paths: ['filename'] } },
  browser_run_code_unsafe: { ...CODE, arguments: { paths: ['filename'] } },

  browser_snapshot: SAVES,
  browser_take_screenshot: SAVES,
  browser_find: SAVES,
  browser_console_messages: SAVES,
  browser_network_requests: SAVES,
  /** Its headers carry cookies and tokens. */
  browser_network_request: { ...SAVES, flags: ['untrusted', 'private'] },
  browser_wait_for: LOOKS,
  browser_close: WINDOW,
  browser_resize: WINDOW,
  browser_emulate_media: WINDOW,

  // --caps vision
  browser_mouse_move_xy: LOOKS,
  browser_mouse_click_xy: ACTS,
  browser_mouse_drag_xy: ACTS,
  browser_mouse_down: ACTS,
  browser_mouse_up: ACTS,
  browser_mouse_wheel: LOOKS,

  // --caps pdf, devtools, testing, config
  browser_pdf_save: SAVES,
  browser_start_video: SAVES,
  browser_stop_video: LOOKS,
  browser_video_chapter: WINDOW,
  browser_video_show_actions: WINDOW,
  browser_video_hide_actions: WINDOW,
  browser_start_tracing: LOOKS,
  browser_stop_tracing: LOOKS,
  browser_start_recording: LOOKS,
  browser_stop_recording: LOOKS,
  browser_highlight: WINDOW,
  browser_hide_highlight: WINDOW,
  browser_annotate: LOOKS,
  browser_resume: ACTS,
  browser_generate_locator: LOOKS,
  browser_verify_element_visible: LOOKS,
  browser_verify_text_visible: LOOKS,
  browser_verify_list_visible: LOOKS,
  browser_verify_value: LOOKS,
  browser_get_config: { kind: 'read', flags: ['private'] },

  // --caps network, storage
  /** What it answers in the place of a page is seen in this browser alone. */
  browser_route: { kind: 'write' },
  browser_route_list: LOOKS,
  browser_unroute: { kind: 'write' },
  browser_network_state_set: WINDOW,
  browser_cookie_list: STORED,
  browser_cookie_get: STORED,
  browser_cookie_set: STORES,
  browser_cookie_delete: CLEARS,
  browser_cookie_clear: CLEARS,
  browser_localstorage_list: STORED,
  browser_localstorage_get: STORED,
  browser_localstorage_set: STORES,
  browser_localstorage_delete: CLEARS,
  browser_localstorage_clear: CLEARS,
  browser_sessionstorage_list: STORED,
  browser_sessionstorage_get: STORED,
  browser_sessionstorage_set: STORES,
  browser_sessionstorage_delete: CLEARS,
  browser_sessionstorage_clear: CLEARS,
  browser_storage_state: { ...STORES, arguments: { paths: ['filename'] } },
  browser_set_storage_state: { ...STORES, arguments: { paths: ['filename'] } },
};
