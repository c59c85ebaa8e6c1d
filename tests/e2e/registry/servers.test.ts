import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import type { Message } from '../../support/mcp/lines.ts';
import { ROOT } from '../../support/paths.ts';
import { sallyport } from '../../support/program/command.ts';
import { fixtureBackend } from '../../support/program/gateway.ts';
import { OfferingProject } from '../../support/registry/offering.ts';

const EVERYTHING = join(ROOT, 'node_modules', '@modelcontextprotocol', 'server-everything', 'dist', 'index.js');
const schema = { type: 'object' };

test('a real server is pinned with all it offers to a client that can do everything, and its package', async (t) => {
  const home = temporaryFolder(t);
  const config = join(home, 'sallyport.yaml');
  writeFileSync(
    config,
    `version: 1\nbackends:\n  - ${JSON.stringify({ name: 'all', command: 'node', args: [EVERYTHING] })}\n`,
  );
  const pinned = await sallyport(['pin', '--yes', '--json', '--config', config], { home });
  const [{ launch, items }] = JSON.parse(pinned.stdout).backends;
  assert.equal(pinned.code, 0);
  assert.equal(launch.package.name, 'npm:@modelcontextprotocol/server-everything');
  assert.match(launch.package.version, /^\d+\.\d+\.\d+$/);
  assert.match(launch.package.integrity, /^sha512-/);
  const names: string[] = items.map(({ id }: Message) => id);
  for (const name of ['echo', 'trigger-sampling-request', 'get-roots-list', 'simple-prompt'])
    assert.ok(names.includes(name), name);
  const kinds = new Set(items.map(({ kind }: Message) => kind));
  assert.deepEqual([...kinds], ['tool', 'prompt', 'resource', 'template', 'instructions']);
  assert.deepEqual(
    items.filter(({ findings }: Message) => findings.length > 0),
    [],
  );
  assert.equal((await sallyport(['diff', '--config', config], { home })).code, 0);
});

test('a server of the modern era is pinned in its own words', async (t) => {
  const home = temporaryFolder(t);
  const config = join(home, 'sallyport.yaml');
  const lockfile = join(home, 'pins.json');
  const section = `security: {registry: {lockfile: ${lockfile}}}\n`;
  writeFileSync(
    config,
    `version: 1\nbackends:\n${fixtureBackend('new', ['--era', 'modern', '--page', '3'])}${section}`,
  );
  const pinned = await sallyport(['pin', '--yes', '--json', '--config', config], { home });
  assert.deepEqual([pinned.code, JSON.parse(pinned.stdout).lockfile], [0, lockfile]);
  assert.ok(JSON.parse(pinned.stdout).backends[0].items.length > 10);
  assert.equal((await sallyport(['diff', '--config', config], { home })).code, 0);
});

test('a server that offers without end, or more than anybody could look through, is not pinned', async (t) => {
  const many = Array.from({ length: 2001 }, (_, i) => ({ name: `t${i}`, inputSchema: schema }));
  const large = [1, 2, 3, 4, 5].map((i) => ({
    name: `t${i}`,
    description: 'x'.repeat(1_000_000),
    inputSchema: schema,
  }));
  const project = new OfferingProject(t, { many: { tools: many }, large: { tools: large } });
  const ended = await Promise.all([project.run(['pin', 'many', '--yes']), project.run(['pin', 'large', '--yes'])]);
  assert.deepEqual(
    ended.map(({ code }) => code),
    [5, 5],
  );
  assert.match(
    ended[0]!.stderr,
    /many has no end of pages in its answers to tools\/list|many offers more than 2000 items/,
  );
  assert.match(ended[1]!.stderr, /large offers more than 2000 items or 4194304 bytes/);
});
