import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { execa } from 'execa';
import { servedDesk } from '../../support/approvals/desk.ts';
import { temporaryFolder } from '../../support/folder.ts';
import type { Message } from '../../support/mcp/lines.ts';
import { CLI } from '../../support/paths.ts';
import { fixtureBackend, isolatedHome } from '../../support/program/gateway.ts';

const ASKS = 'policies: { tools: { "fix/echo": { action: require_approval } } }\n';
const NPX = ['--offline', '-y', '@modelcontextprotocol/inspector@2.12.0', '--cli'];
/** The environment as it was before any gateway of these tests took it over. */
const OWN = { ...process.env };
const HERE = spawnSync('npx', [...NPX, '--help'], { stdio: 'ignore', timeout: 60_000 }).status === 0;
const INSPECTOR = {
  skip: HERE
    ? false
    : 'the inspector is not in the cache of npm: run `npx -y @modelcontextprotocol/inspector@2.12.0 --help` once',
};

/** Calls `echo` of `server` with the inspector, as its user types it; resolves with the result. */
async function inspected(t: TestContext, server: Message): Promise<Message> {
  const file = join(temporaryFolder(t), 'mcp.json');
  writeFileSync(file, JSON.stringify({ mcpServers: { guarded: server } }));
  const args = [...NPX, '--config', file, '--server', 'guarded'];
  const call = ['--method', 'tools/call', '--tool-name', 'echo', '--tool-arg', 'text=hello'];
  const { stdout, stderr } = await execa('npx', [...args, ...call], {
    env: OWN,
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
  });
  const [json] = /^\{[\s\S]*?^\}/m.exec(stdout) ?? assert.fail(`${stdout}\n${stderr}`);
  return JSON.parse(json);
}

test('the inspector is told at once where nobody can be asked', INSPECTOR, async (t) => {
  const home = temporaryFolder(t);
  const config = join(home, 'sallyport.yaml');
  writeFileSync(config, `version: 1\nbackends:\n${fixtureBackend('fix')}${ASKS}`);
  const args = [CLI, 'run', '--config', config];
  const result = await inspected(t, { command: process.execPath, args, env: isolatedHome(home) });
  assert.equal(result._meta['dev.sallyport/denial'].code, 'SP6003');
});

test('the inspector gets its result once somebody at the desk has agreed', INSPECTOR, async (t) => {
  const { url, desk } = await servedDesk(t, { backends: fixtureBackend('fix'), more: ASKS });
  const call = inspected(t, { type: 'streamable-http', url });
  // Where it cannot even connect nobody is asked.
  await Promise.race([desk.asked(), call]);
  const { id, lines } = await desk.asked();
  assert.deepEqual(lines, ['text: "hello"']);
  desk.answer(id, true);
  assert.equal((await call).content[0].text, 'hello');
});
