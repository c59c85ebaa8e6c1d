import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { NO_PACKAGES, presetServer } from '../../support/sandbox/preset-packages.ts';
import { type Desk, deskOf, Sandboxed, type SandboxedServer } from '../../support/sandbox/sandboxed.ts';

interface Shell {
  readonly server: (desk: Desk) => SandboxedServer;
  readonly tool: string;
  readonly args: (line: string, desk: Desk) => object;
}

const ANY_COMMAND = { ALLOWED_COMMANDS: 'all', ALLOWED_FLAGS: 'all', ALLOW_SHELL_OPERATORS: 'true' };

const SHELLS: Readonly<Record<string, Shell>> = {
  'npm:mcp-server-commands': {
    server: () => presetServer('npm:mcp-server-commands'),
    tool: 'run_command',
    args: (command) => ({ command }),
  },
  'npm:@agent-infra/mcp-server-commands': {
    server: () => presetServer('npm:@agent-infra/mcp-server-commands'),
    tool: 'run_command',
    args: (command) => ({ command }),
  },
  'npm:@wonderwhy-er/desktop-commander': {
    server: () => presetServer('npm:@wonderwhy-er/desktop-commander'),
    tool: 'start_process',
    args: (command) => ({ command, timeout_ms: 10_000 }),
  },
  'pypi:mcp-shell-server': {
    server: () => ({ ...presetServer('pypi:mcp-shell-server'), env: { ALLOW_COMMANDS: 'cat,sh,cp' } }),
    tool: 'shell_execute',
    args: (line, { project }) => ({ command: line.split(' '), directory: project }),
  },
  'pypi:cli-mcp-server': {
    server: ({ home }) => ({ ...presetServer('pypi:cli-mcp-server'), env: { ...ANY_COMMAND, ALLOWED_DIR: home } }),
    tool: 'run_command',
    args: (command) => ({ command }),
  },
};

for (const [name, { server, tool, args }] of Object.entries(SHELLS)) {
  test(`${name} runs commands that work in the project and see no keys`, { skip: NO_PACKAGES }, async (t) => {
    const desk = deskOf(t, 'visible');
    const { home, project } = desk;
    writeFileSync(join(project, 'a.txt'), 'of the project');
    const running = await Sandboxed.start(t, server(desk), desk);
    const run = (line: string) => running.call(tool, args(line, desk) as Record<string, unknown>);
    assert.match(await run(`cat ${join(project, 'a.txt')}`), /of the project/);
    await run(`cp ${join(project, 'a.txt')} ${join(project, 'b.txt')}`);
    assert.equal(readFileSync(join(project, 'b.txt'), 'utf8'), 'of the project');
    const key = await run(`cat ${join(home, '.ssh', 'id_ed25519')}`);
    assert.doesNotMatch(key, /a secret key/);
    assert.match(key, /No such file|not found/);
    // What its operator says it may work on is its own.
    if (name === 'pypi:cli-mcp-server') return;
    await run(`cp ${join(project, 'a.txt')} ${join(home, 'out.txt')}`);
    assert.ok(!existsSync(join(home, 'out.txt')));
  });
}
