import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { FIXTURE_SERVER } from '../../support/paths.ts';
import { sallyport } from '../../support/program/command.ts';

const TOKEN = 'a-token-of-the-client';

/** Writes a file of a client below a fresh home, in which the project is as well. */
function written(home: string, path: string, text: string): string {
  const file = join(home, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

interface Server {
  readonly name: string;
  readonly file: string;
  readonly outcome: string;
  readonly said?: string;
}

async function scanned(home: string, client: string, ...flags: string[]) {
  const env = { SHOP_TOKEN: TOKEN };
  const ended = await sallyport(['scan', client, '--json', ...flags], { home, cwd: home, env });
  const { servers, findings } = JSON.parse(ended.stdout) as {
    servers: Server[];
    findings: { rule: string; server: string }[];
  };
  return { ...ended, servers, findings };
}

test('Claude Code: servers of the user, of this project, and of the file that is committed', async (t) => {
  const home = temporaryFolder(t);
  const entry = { command: process.execPath, args: [FIXTURE_SERVER], env: { TOKEN: '${SHOP_TOKEN}' } };
  const user = written(
    home,
    '.claude.json',
    JSON.stringify({
      mcpServers: { own: entry },
      projects: { [home]: { mcpServers: { local: entry } }, '/other': { mcpServers: { other: entry } } },
    }),
  );
  const project = written(
    home,
    '.mcp.json',
    JSON.stringify({
      mcpServers: {
        own: { command: 'npx', args: ['-y', 'something'] },
        asks: { command: 'x', args: ['${NOBODY_HAS_IT}'] },
      },
    }),
  );
  const { code, servers, findings, stdout, stderr } = await scanned(home, 'claude-code', '--no-start');
  assert.equal(code, 0, stderr);
  assert.deepEqual(
    servers.map(({ name, file }) => [name, file]),
    [
      ['own', user],
      ['local', user],
      ['own (2)', project],
      ['asks', project],
    ],
  );
  assert.match(servers[3]!.said!, /\$\{NOBODY_HAS_IT\} has no value here/);
  assert.deepEqual(
    findings.map(({ rule, server }) => `${rule} ${server}`),
    ['launch.unpinned own (2)'],
  );
  assert.doesNotMatch(stdout + stderr, new RegExp(TOKEN));
});

test('Cursor: a started server gets its variables, which are masked where its command is shown', async (t) => {
  const home = temporaryFolder(t);
  const entry = {
    command: process.execPath,
    args: [FIXTURE_SERVER],
    env: { API_TOKEN: '${env:SHOP_TOKEN}', PLAIN: 'seen' },
  };
  written(home, '.cursor/mcp.json', JSON.stringify({ mcpServers: { shop: entry } }));
  const { code, servers, findings, stdout, stderr } = await scanned(home, 'cursor', '--yes', '--sandbox', 'off');
  assert.equal(code, 0, stdout + stderr);
  assert.deepEqual(
    servers.map(({ name, outcome }) => [name, outcome]),
    [['shop', 'heard']],
  );
  assert.match(stderr, /env API_TOKEN=\[masked\]\n {2}env PLAIN=seen/);
  assert.match(stderr, /without a sandbox: it can do all that you can/);
  assert.doesNotMatch(stdout + stderr, new RegExp(TOKEN));
  assert.deepEqual(
    findings.filter(({ rule }) => rule.startsWith('launch.')),
    [],
  );
});

test('VS Code: comments are read, inputs cannot be answered, and our own wrapping is looked through', async (t) => {
  const home = temporaryFolder(t);
  written(
    home,
    '.vscode/mcp.json',
    `{
      // what the team uses
      "inputs": [{ "id": "key" }],
      "servers": {
        "asks": { "type": "stdio", "command": "npx", "args": ["-y", "x@1.0.0", "\${input:key}"] },
        "wrapped": { "command": "npx", "args": ["-y", "sallyport@1.0.0", "wrap", "--", "uvx", "mcp-server-git"] },
        "whole": { "command": "sallyport", "args": ["run", "--config", "s.yaml"] },
        "remote": { "type": "http", "url": "http://mcp.example.com/mcp" },
      },
    }`,
  );
  const { code, servers, findings } = await scanned(home, 'vscode', '--no-start');
  assert.equal(code, 3);
  assert.match(servers[0]!.said!, /only the client can ask for/);
  assert.match(servers[2]!.said!, /it is Sallyport itself: scan its config with --config/);
  assert.deepEqual(
    findings.map(({ rule, server }) => `${rule} ${server}`),
    ['launch.insecure-url remote', 'launch.unpinned wrapped'],
  );
});

test('a file of a client that is broken is said to be', async (t) => {
  const home = temporaryFolder(t);
  const file = written(home, '.cursor/mcp.json', '{ broken');
  const { code, stderr } = await sallyport(['scan', 'cursor', '--no-start'], { home });
  assert.equal(code, 2);
  assert.ok(stderr.includes(`${file} is no JSON: `), stderr);
});
