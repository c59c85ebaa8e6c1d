import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { installedTool } from '../../../backends/sandbox/install.ts';
import type { BackendConfig } from '../../../lib/model/config.ts';
import { SandboxFault } from '../../../lib/model/sandbox.ts';
import { parseUvx } from '../../../lib/model/uvx.ts';
import { temporaryFolder } from '../../support/folder.ts';

const READ: readonly (readonly [line: string, options: string, source: string, program: string, args: string])[] = [
  ['uvx mcp-server-git', '', 'mcp-server-git', 'mcp-server-git', ''],
  ['uvx mcp-server-git@1.2 --repository .', '', 'mcp-server-git==1.2', 'mcp-server-git', '--repository .'],
  ['uvx mcp-server-git@latest', '', 'mcp-server-git', 'mcp-server-git', ''],
  ['uvx -q --python 3.12 server[cli]>=2', '-q --python 3.12', 'server[cli]>=2', 'server', ''],
  ['/usr/bin/uvx --from=pkg@2 run -v', '', 'pkg==2', 'run', '-v'],
  ['uv tool run --from git+https://example.com/x run', '', 'git+https://example.com/x', 'run', ''],
];

for (const [line, options, source, program, args] of READ) {
  test(`of "${line}" ${source} is installed and ${program} is started`, () => {
    const [command, ...words] = line.split(' ');
    const found = parseUvx(command!, words);
    assert.deepEqual(
      [found?.options.join(' '), found?.source, found?.program, found?.args.join(' ')],
      [options, source, program, args],
    );
  });
}

test('what is no tool of uv, or has words nobody knows, is not read', () => {
  for (const line of ['npx x', 'uv run x', 'uv pip install x', 'uvx', 'uvx --from', 'uvx --editable . x', 'uvx ./x'])
    assert.equal(parseUvx(line.split(' ')[0]!, line.split(' ').slice(1)), undefined, line);
});

/** An environment with one program. */
function environment(t: TestContext): string {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, 'bin'));
  for (const name of ['pyvenv.cfg', 'bin/serve']) writeFileSync(join(folder, name), '');
  return folder;
}

const backend = (...args: string[]) => ({ command: 'uvx', args }) as unknown as BackendConfig;

test('a tool is started from the environment uv names, and not by uv', async (t) => {
  const folder = environment(t);
  const asked: string[][] = [];
  const run = async (file: string, args: readonly string[]) => {
    asked.push([file, ...args]);
    return { code: 0, printed: `Installed 3 packages\n${folder}\n` };
  };
  const launch = await installedTool(backend('--from', 'pkg@1.0', 'serve', '--fast'), run);
  assert.deepEqual([launch.file, launch.args, launch.how], [join(folder, 'bin/serve'), ['--fast'], 'installed']);
  assert.deepEqual(asked[0]!.slice(0, 5), ['uvx', '--from', 'pkg==1.0', 'python', '-c']);
});

test('a tool that cannot be installed, or has no such program, is not started', async (t) => {
  const folder = environment(t);
  const says = (code: number, printed: string) => async () => ({ code, printed });
  const refused = (tried: Promise<unknown>, message: RegExp) =>
    assert.rejects(tried, (error: Error) => error instanceof SandboxFault && message.test(error.message));
  await refused(installedTool(backend('pkg'), says(1, 'error: no such package')), /^pkg could not .*no such package$/);
  await refused(installedTool(backend('pkg'), says(0, folder)), /^pkg has no program "pkg"$/);
  await refused(installedTool(backend('--editable', '.', 'x'), says(0, folder)), /^this form of uvx/);
});
