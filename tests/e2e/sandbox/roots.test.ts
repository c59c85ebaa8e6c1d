import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ANSWERS } from '../../support/mcp/everything-surface.ts';
import { GENERATIONS } from '../../support/mcp/sdk.ts';
import { CLI, ROOT } from '../../support/paths.ts';
import { isolatedHome } from '../../support/program/gateway.ts';
import { type Desk, deskOf, NO_SANDBOX } from '../../support/sandbox/sandboxed.ts';

const HERE = { skip: NO_SANDBOX };
const FILESYSTEM = join(ROOT, 'node_modules', '@modelcontextprotocol', 'server-filesystem', 'dist', 'index.js');

/** The filesystem server for the project, and a client that says it works in another folder. */
async function clientOf(
  t: TestContext,
  { home, project }: Desk,
  sandbox: Readonly<Record<string, unknown>>,
  root: 'other' | 'project' = 'other',
) {
  const other = join(home, 'other');
  mkdirSync(other);
  writeFileSync(join(other, 'note.txt'), 'from the other folder');
  const backend = {
    name: 'files',
    command: process.execPath,
    args: [FILESYSTEM, project],
    cwd: project,
    sandbox: { mode: 'required', ...sandbox },
  };
  const config = join(home, 'sallyport.yaml');
  writeFileSync(config, JSON.stringify({ version: 1, enforce: false, backends: [backend] }));
  const env = { ...isolatedHome(home), PATH: process.env['PATH']!, CLAUDE_PROJECT_DIR: project };
  const command = { command: process.execPath, args: [CLI, 'run', '--config', config], env };
  const roots = () => ({ roots: [{ uri: `file://${join(home, root)}`, name: root }] });
  const client = await GENERATIONS.v1({ ...command, answers: { ...ANSWERS, roots } });
  t.after(() => client.close());
  return { client, other };
}

test('a folder a client works in is there for a server in a sandbox, which is started anew for it', HERE, async (t) => {
  const { client, other } = await clientOf(t, deskOf(t), {});
  let said = '';
  // The server asks for the roots at a time of its own choosing.
  for (let left = 200; left > 0 && !said.includes('from the other folder'); left--) {
    said = JSON.stringify(
      await client.request('tools/call', { name: 'read_text_file', arguments: { path: join(other, 'note.txt') } }),
    );
  }
  assert.match(said, /from the other folder/);
  await client.request('tools/call', {
    name: 'write_file',
    arguments: { path: join(other, 'new.txt'), content: 'written' },
  });
  assert.equal(readFileSync(join(other, 'new.txt'), 'utf8'), 'written');
});

test('what an operator lists is all that is there, whatever a client works in', HERE, async (t) => {
  const desk = deskOf(t);
  const { client, other } = await clientOf(t, desk, { write: [desk.project] });
  for (let times = 0; times < 20; times++) {
    const said = JSON.stringify(
      await client.request('tools/call', { name: 'read_text_file', arguments: { path: join(other, 'note.txt') } }),
    );
    assert.doesNotMatch(said, /from the other folder/);
  }
});

test('a server that has the folder a client works in is not started anew', HERE, async (t) => {
  const desk = deskOf(t);
  const { client } = await clientOf(t, desk, {}, 'project');
  for (let times = 0; times < 20; times++) await client.request('tools/call', { name: 'list_allowed_directories' });
  await client.close();
  const folder = join(desk.home, 'state', 'sallyport', 'log');
  const log = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  assert.equal(log.join('').match(/backend_started/g)?.length, 1);
});
