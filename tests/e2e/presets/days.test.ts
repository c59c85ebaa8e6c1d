import assert from 'node:assert/strict';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import type { ClientPeer } from '../../support/mcp/client.ts';
import { type Message, Peer } from '../../support/mcp/peer.ts';
import { ROOT } from '../../support/paths.ts';
import { makeDayProject } from '../../support/program/day-project.ts';
import { callsOf, type DayCall } from '../../support/program/days.ts';
import { GatewayPeer } from '../../support/program/gateway.ts';

/** The servers of the development setup, as their packages are run in a project. */
const SERVERS: Readonly<Record<string, (project: string) => { args: string[]; env: Record<string, string> }>> = {
  filesystem: (project) => ({ args: [program('filesystem'), project], env: {} }),
  memory: (project) => ({ args: [program('memory')], env: { MEMORY_FILE_PATH: join(project, 'memory.jsonl') } }),
};

function program(name: string): string {
  return join(ROOT, 'node_modules', '@modelcontextprotocol', `server-${name}`, 'dist', 'index.js');
}

/** When a file was made, changed and read differs from run to run. */
function withoutTimes(answer: Message): Message {
  const text = JSON.stringify(answer).replace(/(created|modified|accessed): [^\\"]+/g, '$1: then');
  return JSON.parse(text);
}

async function resultsOf(client: ClientPeer, calls: readonly DayCall[]): Promise<Message[]> {
  await client.initialize();
  const results: Message[] = [];
  for (const { tool, args } of calls) {
    const { id: _, ...answer } = await client.call(tool, args);
    results.push(withoutTimes(answer));
  }
  return results;
}

function direct(t: TestContext, project: string, preset: string): ClientPeer {
  const { args, env } = SERVERS[preset]!(project);
  return new Peer(t, process.execPath, args, { cwd: project, env });
}

function guarded(t: TestContext, project: string, preset: string): GatewayPeer {
  const backend = { name: preset, command: process.execPath, cwd: project, ...SERVERS[preset]!(project) };
  const config = `version: 1\nprofile: balanced\nbackends:\n  - ${JSON.stringify(backend)}\n`;
  return new GatewayPeer(t, 'run', [], { config, cwd: project, env: { CLAUDE_PROJECT_DIR: project } });
}

for (const preset of Object.keys(SERVERS)) {
  test(`a day with the ${preset} server is the same through the gateway as without it`, async (t) => {
    const project = join(realpathSync(temporaryFolder(t)), 'project');
    const calls = callsOf(preset, project);
    makeDayProject(project);
    const expected = await resultsOf(direct(t, project, preset), calls);
    makeDayProject(project);
    const gateway = guarded(t, project, preset);
    const seen = await resultsOf(gateway, calls);
    for (const [index, { tool, note }] of calls.entries()) {
      assert.deepEqual(seen[index], expected[index], `${index + 1} ${tool}: ${note}`);
    }
    assert.ok(expected.filter(({ result }) => result?.isError !== true).length >= calls.length - 1, 'the calls work');
    const records = gateway.records.filter(({ kind, action }) => kind === 'call' && action === 'tools/call');
    assert.deepEqual(
      records.map(({ decision }) => decision),
      calls.map(() => 'allow'),
    );
  });
}

test('the preset of a server is at work where its package is launched, and nothing was configured', async (t) => {
  const project = join(realpathSync(temporaryFolder(t)), 'project');
  makeDayProject(project);
  const gateway = guarded(t, project, 'memory');
  await gateway.initialize();
  const { result } = await gateway.call('delete_entities', { entityNames: ['Ana'] });
  assert.equal(result.isError, true);
  assert.equal(result._meta['dev.sallyport/denial'].code, 'SP6003');
});
