import type { PackageName } from '../../lib/presets/preset.ts';

/** A package whose tools are recorded, and how its server is started from where it was installed. */
export interface RecordedPackage {
  readonly preset: string;
  readonly package: PackageName;
  readonly version: string;
  /** File of the package for npm; program for PyPI. */
  readonly program: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

const SLACK = { SLACK_BOT_TOKEN: 'none', SLACK_TEAM_ID: 'T0' };
/** Every group of tools that is off unless it is asked for. */
const PLAYWRIGHT = ['--headless', '--caps=vision,pdf,devtools,network,storage,testing,config'];

/** `FOLDER` is an empty one of its own. The container image of GitHub's server is missing: nothing here runs images. */
export const RECORDED: readonly RecordedPackage[] = [
  npm('filesystem', '@modelcontextprotocol/server-filesystem', '2026.8.31', 'dist/index.js', ['FOLDER']),
  npm('memory', '@modelcontextprotocol/server-memory', '2026.8.31', 'dist/index.js'),
  npm('postgres', '@modelcontextprotocol/server-postgres', '0.6.2', 'dist/index.js', ['postgresql://127.0.0.1/none']),
  npm('puppeteer', '@modelcontextprotocol/server-puppeteer', '2025.5.12', 'dist/index.js'),
  npm('puppeteer', 'puppeteer-mcp-server', '0.7.2', 'dist/index.js'),
  npm('github', '@modelcontextprotocol/server-github', '2025.4.8', 'dist/index.js'),
  npm('slack', '@modelcontextprotocol/server-slack', '2025.4.25', 'dist/index.js', [], SLACK),
  npm('slack', '@zencoderai/slack-mcp-server', '0.0.1', 'dist/index.js', [], SLACK),
  npm('playwright', '@playwright/mcp', '0.0.83', 'cli.js', PLAYWRIGHT),
  npm('playwright', '@executeautomation/playwright-mcp-server', '1.0.12', 'dist/index.js'),
  npm('fetch', 'mcp-fetch-server', '1.1.2', 'dist/index.js'),
  npm('shell', 'mcp-server-commands', '0.5.0', 'build/index.js'),
  npm('shell', '@agent-infra/mcp-server-commands', '1.2.18', 'dist/index.cjs'),
  npm('shell', '@wonderwhy-er/desktop-commander', '0.2.52', 'dist/index.js'),
  npm('sqlite', 'mcp-sqlite', '1.0.9', 'mcp-sqlite-server.js', ['FOLDER/a.db']),
  pypi('git', 'mcp-server-git', '2026.10.19'),
  pypi('fetch', 'mcp-server-fetch', '2026.10.24'),
  pypi('sqlite', 'mcp-server-sqlite', '2025.4.25', ['--db-path', 'FOLDER/b.db']),
  pypi('shell', 'mcp-shell-server', '1.1.14', [], { ALLOW_COMMANDS: 'ls' }),
  pypi('shell', 'cli-mcp-server', '0.2.5', [], { ALLOWED_DIR: 'FOLDER' }),
];

/** These were written for the first generation of the Python SDK and say nothing of it. */
export const NEED_OLD_SDK: readonly string[] = ['mcp-server-sqlite', 'mcp-shell-server', 'cli-mcp-server'];

/** What npm packages must build or fetch besides, since the others' scripts are not run. */
export const MUST_BUILD: readonly string[] = ['sqlite3'];

function npm(
  preset: string,
  name: string,
  version: string,
  program: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): RecordedPackage {
  return { preset, package: `npm:${name}`, version, program, args, env };
}

function pypi(
  preset: string,
  name: string,
  version: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): RecordedPackage {
  return { preset, package: `pypi:${name}`, version, program: name, args, env };
}
