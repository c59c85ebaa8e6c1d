import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { Reading } from '../../lib/config/files/reading.ts';
import { resolveServer } from '../../lib/config/sections/server.ts';
import { examples, readPage } from '../support/docs/pages.ts';
import { Reader } from '../support/docs/reader.ts';

const PAGE = 'docs/serve.md';
const HAS_CURL = process.platform === 'linux' ? false : 'needs curl';

test('the quick start of the guide to serve works as it is shown', { skip: HAS_CURL }, async (t) => {
  const [config] = examples('yaml').filter(({ where }) => where.startsWith(PAGE));
  const reader = new Reader(t);
  reader.write('sallyport.yaml', config!.text.replace('127.0.0.1:9020', '127.0.0.1:0'));
  const page = readPage(PAGE);
  assert.match(page, /^\$ sallyport serve --config sallyport\.yaml\nlistening on http:\/\/127\.0\.0\.1:9020\/mcp$/m);
  const pinning = /^sallyport pin .*$/m.exec(page)![0];
  assert.equal((await reader.type(pinning)).code, 0);
  const serving = reader.start(t, 'sallyport serve --config sallyport.yaml');
  await serving.when(() => serving.lines.some((line) => line.startsWith('listening on ')));
  const url = serving.lines[0]!.slice('listening on '.length);
  const curl = /^curl [\s\S]*?'$(?=\n```)/m.exec(page)![0];
  const { code, stdout, stderr } = await reader.type(curl.replace('http://127.0.0.1:9020/mcp', url));
  assert.equal(code, 0, stderr);
  const names = JSON.parse(stdout).result.tools.map(({ name }: { name: string }) => name);
  assert.ok(names.includes('read_graph') && !names.includes('delete_entities'), stdout);
  serving.child.kill('SIGTERM');
  assert.equal((await serving.exited).code, 0);
});

test('the limits in the guide to serve are the defaults', () => {
  const page = readPage(PAGE);
  const rows = [...page.matchAll(/^\| `(\w+)` +\| (\S+) +\|/gm)].map(([, key, value]) => [key!, value!] as const);
  assert.equal(rows.length, 9);
  const reading = new Reading([]);
  resolveServer(reading, 'default');
  const defaults = new Map(reading.settings.map(({ path, value }) => [path, value]));
  for (const [key, value] of rows) assert.deepEqual(defaults.get(`server.${key}`), parse(value), key);
});
