import { join } from 'node:path';

/** Programs that keep their MCP servers in a JSON file. */
export const CLIENTS = [
  'claude-code',
  'claude-desktop',
  'cursor',
  'vscode',
  'windsurf',
  'zed',
  'cline',
  'gemini-cli',
  'junie',
] as const;

export type ClientName = (typeof CLIENTS)[number];

/** A file in which a client looks for its servers. */
export interface ClientFile {
  readonly path: string;
  readonly scope: 'user' | 'project';
  /** The keys that lead to the servers, each a way from the top of the file. */
  readonly under: readonly (readonly string[])[];
}

export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  /** The folder the client would be working in. */
  readonly project: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const SERVERS = [['mcpServers']];

/** Every file of the client, whether it is there or not. */
export function clientFiles(client: ClientName, machine: Machine): ClientFile[] {
  const { home, project } = machine;
  const user = (path: string, under: ClientFile['under'] = SERVERS): ClientFile => ({ path, scope: 'user', under });
  const shared = (path: string, under: ClientFile['under'] = SERVERS): ClientFile => ({
    path: join(project, path),
    scope: 'project',
    under,
  });
  const code = join(settingsFolder(machine), 'Code', 'User');
  switch (client) {
    case 'claude-code':
      return [
        user(join(machine.env['CLAUDE_CONFIG_DIR'] || home, '.claude.json'), [
          ...SERVERS,
          ['projects', project, 'mcpServers'],
        ]),
        shared('.mcp.json'),
      ];
    case 'claude-desktop':
      return [user(join(settingsFolder(machine), 'Claude', 'claude_desktop_config.json'))];
    case 'cursor':
      return [user(join(home, '.cursor', 'mcp.json')), shared('.cursor/mcp.json')];
    case 'vscode':
      return [user(join(code, 'mcp.json'), [['servers']]), shared('.vscode/mcp.json', [['servers']])];
    case 'windsurf':
      return [user(join(home, '.codeium', 'windsurf', 'mcp_config.json'))];
    case 'zed':
      return [user(zedSettings(machine), [['context_servers']]), shared('.zed/settings.json', [['context_servers']])];
    case 'cline':
      return [
        user(join(code, 'globalStorage', 'saoudrizwan.claude-dev', 'settings', 'cline_mcp_settings.json')),
        user(join(home, '.cline', 'data', 'settings', 'cline_mcp_settings.json')),
      ];
    case 'gemini-cli':
      return [user(join(home, '.gemini', 'settings.json')), shared('.gemini/settings.json')];
    case 'junie':
      return [user(join(home, '.junie', 'mcp', 'mcp.json')), shared('.junie/mcp/mcp.json')];
  }
}

/** Where programs of this system keep settings of a user. */
function settingsFolder({ platform, home, env }: Machine): string {
  if (platform === 'win32') return env['APPDATA'] || join(home, 'AppData', 'Roaming');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support');
  return env['XDG_CONFIG_HOME'] || join(home, '.config');
}

function zedSettings(machine: Machine): string {
  if (machine.platform === 'win32') return join(settingsFolder(machine), 'Zed', 'settings.json');
  const config = machine.platform === 'linux' ? settingsFolder(machine) : join(machine.home, '.config');
  return join(config, 'zed', 'settings.json');
}
