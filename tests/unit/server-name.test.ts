import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serverName } from '../../cli/scan/server-name.ts';

const NAMES: readonly (readonly [string, readonly string[], string])[] = [
  ['npx', ['-y', '@modelcontextprotocol/server-filesystem@2026.8.31', '.'], 'server-filesystem'],
  ['/usr/bin/npx', ['--yes', 'some.server'], 'some-server'],
  ['uvx', ['mcp-server-time@1.0', '--local-timezone', 'UTC'], 'mcp-server-time'],
  ['python3', ['-m', 'mcp_server_time'], 'mcp-server-time'],
  ['node', ['./servers/Weather_Report.mjs'], 'weather-report'],
  ['docker', ['run', '-i', '--rm', '-e', 'TOKEN', 'ghcr.io/github/github-mcp-server:v1'], 'github-mcp-server'],
  ['docker', ['run', '-i', '--network=none', '--name', 'x', 'mcp/time@sha256:00ff'], 'time'],
  ['podman', ['--log-level', 'error', 'run', '-it', 'localhost:5000/tools'], 'tools'],
  ['/opt/bin/my server.sh', [], 'my-server'],
  ['node', [], 'node'],
  ['node', ['-e', 'process.exit(1)'], 'node'],
  ['python3', ['-c', 'print(1)'], 'python3'],
  ['python3', ['-m', 'mcp_server_time'], 'mcp-server-time'],
  ['./…', [], 'server'],
];

test('a wrapped server is named after the package, image or script it runs', () => {
  for (const [command, args, name] of NAMES)
    assert.equal(serverName(command, args), name, [command, ...args].join(' '));
});
