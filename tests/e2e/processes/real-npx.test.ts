import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { textOf } from '../../support/mcp/peer.ts';
import { logOf } from '../../support/program/diagnostic-log.ts';
import { GatewayPeer, isolatedHome } from '../../support/program/gateway.ts';
import { NEEDS_PROC, noneLeft, withVariable } from '../../support/program/survivors.ts';

const PACKAGE = 'mcp-hello-world@1.1.2';

test('a real npx serves a package from a hostile folder, then the gateway starts it directly', {
  skip: NEEDS_PROC,
}, async (t) => {
  const home = realpathSync(temporaryFolder(t));
  shareDownloads(home);
  if (!registryAnswers(home)) return t.skip('the npm registry is not reachable');
  const cwd = join(home, 'cloned');
  plant(cwd);
  const npx = await greeted(t, home, cwd);
  assert.match(npx, /backend_started .*how=npx/);
  const direct = await greeted(t, home, cwd);
  assert.match(direct, /backend_started .*how=installed/);
  assert.equal(existsSync(join(home, 'hostile')), false);
});

/** Serves one client from its first message to its last; answers with the log. */
async function greeted(t: TestContext, home: string, cwd: string): Promise<string> {
  const gateway = new GatewayPeer(t, 'wrap', ['npx', '-y', PACKAGE], { home, cwd });
  const { serverInfo } = await gateway.initialize();
  assert.equal(serverInfo.name, 'hello-world');
  assert.match(textOf(await gateway.call('echo', { message: 'hi' })), /hi/);
  assert.deepEqual(await gateway.end(), { code: 0, signal: null });
  await noneLeft(() => withVariable('HOME', home), 0, 'a process of npx');
  return logOf(gateway);
}

/** A cloned project that brings its own npm settings, its own package of that name, and its own node. */
function plant(cwd: string): void {
  const hostile = `#!/bin/sh\necho hostile >> '${cwd}/../hostile'\nexit 1\n`;
  const folder = join(cwd, 'node_modules', 'mcp-hello-world');
  mkdirSync(folder, { recursive: true });
  mkdirSync(join(cwd, 'node_modules', '.bin'));
  const files = [
    join(folder, 'cli.js'),
    ...['node', 'sh', 'mcp-hello-world'].map((name) => join(cwd, 'node_modules', '.bin', name)),
  ];
  for (const file of files) {
    writeFileSync(file, hostile);
    chmodSync(file, 0o755);
  }
  const manifest = { name: 'mcp-hello-world', version: '1.1.2', bin: './cli.js' };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  writeFileSync(
    join(cwd, 'package.json'),
    JSON.stringify({ ...manifest, bin: './node_modules/mcp-hello-world/cli.js' }),
  );
  writeFileSync(join(cwd, '.npmrc'), 'registry=http://127.0.0.1:9/\nscript-shell=./node_modules/.bin/sh\n');
}

/** Lets npm find what was downloaded before, so that the test costs the network little. */
function shareDownloads(home: string): void {
  const downloads = join(homedir(), '.npm', '_cacache');
  mkdirSync(join(home, '.npm'));
  if (existsSync(downloads)) symlinkSync(downloads, join(home, '.npm', '_cacache'));
}

function registryAnswers(home: string): boolean {
  const args = ['view', PACKAGE, 'version', '--fetch-retries=0', '--fetch-timeout=8000'];
  const env = { ...process.env, ...isolatedHome(home) };
  return spawnSync('npm', args, { cwd: home, env, timeout: 10_000, encoding: 'utf8' }).stdout?.trim() === '1.1.2';
}
