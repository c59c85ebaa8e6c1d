import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entriesIn } from '../../../lib/clients/entries.ts';
import { parseJsonc } from '../../../lib/clients/jsonc.ts';
import { CLIENTS, clientFiles, type Machine } from '../../../lib/clients/places.ts';
import { putIn } from '../../../lib/clients/variables.ts';

const KNOWN = { env: { TOKEN: 'a-token', EMPTY: '' }, home: '/home/ana', project: '/work/shop' };
const LINUX: Machine = { platform: 'linux', home: '/home/ana', project: '/work/shop', env: {} };

test('JSON as editors write it is read with its comments and commas, and texts stay as they are', () => {
  const text = '\uFEFF{\n // one\n "a": "x // no comment /* none */ \\" , }", /* two */\n "b": [1, 2, ], }';
  assert.deepEqual(parseJsonc(text), { a: 'x // no comment /* none */ " , }', b: [1, 2] });
});

test('what is broken besides is still refused', () => {
  for (const text of ['{ broken', '[1,,2]', '{"a": }', '/* never ends', ''])
    assert.throws(() => parseJsonc(text), text);
});

test('variables are put in as the client would, and what has no value is told', () => {
  assert.deepEqual(putIn('Bearer ${TOKEN}', KNOWN), { text: 'Bearer a-token', values: ['a-token'], missing: [] });
  assert.equal(putIn('${env:TOKEN}/${workspaceFolder}/${userHome}', KNOWN).text, 'a-token//work/shop//home/ana');
  assert.equal(putIn('${EMPTY:-usual}', KNOWN).text, 'usual');
  assert.deepEqual(putIn('${input:key} ${GONE}', KNOWN).missing, ['${input:key}', '${GONE}']);
});

test('entries are found under each key, with a command or a URL, and those that cannot be started say why', () => {
  const file = {
    mcpServers: {
      files: { command: 'npx', args: ['-y', 'files@1.0.0', '${workspaceFolder}'], env: { KEY: '${TOKEN}' } },
      wiki: { type: 'http', url: 'https://mcp.example.com', headers: { Authorization: 'Bearer ${TOKEN}' } },
      off: { command: 'x', disabled: true },
      asks: { command: 'x', args: ['${input:key}'] },
      nothing: {},
    },
    context_servers: { nested: { command: { path: 'node', args: ['s.js'] } } },
  };
  const entries = entriesIn(file, [['mcpServers'], ['context_servers'], ['projects', '/x', 'mcpServers']], KNOWN);
  const [files, wiki, off, asks, nothing, nested] = entries;
  assert.deepEqual([files!.command, files!.args[2], files!.env], ['npx', '/work/shop', { KEY: 'a-token' }]);
  assert.deepEqual(
    [wiki!.url, wiki!.headers, wiki!.values],
    ['https://mcp.example.com', { Authorization: 'Bearer a-token' }, ['a-token']],
  );
  assert.deepEqual([nested!.command, nested!.args, nested!.unusable], ['node', ['s.js'], undefined]);
  assert.match(off!.unusable!, /switched off/);
  assert.match(asks!.unusable!, /\$\{input:key\} is something only the client can ask for/);
  assert.match(nothing!.unusable!, /neither a command nor a URL/);
});

test('entries of a name every object has are entries like others', () => {
  const file = JSON.parse('{"mcpServers": {"constructor": {"command": "a"}, "__proto__": {"command": "b"}}}');
  assert.deepEqual(
    entriesIn(file, [['mcpServers']], KNOWN).map(({ command }) => command),
    ['a', 'b'],
  );
  assert.deepEqual(entriesIn({}, [['constructor', 'prototype']], KNOWN), []);
});

test('every client has a file on every system, and project files stand in the project', () => {
  for (const platform of ['linux', 'darwin', 'win32'] as const) {
    for (const client of CLIENTS) {
      const files = clientFiles(client, { ...LINUX, platform });
      assert.ok(files.length > 0, client);
      for (const { path, scope } of files) assert.equal(path.startsWith('/work/shop/'), scope === 'project', path);
    }
  }
  const paths = (client: (typeof CLIENTS)[number], platform: NodeJS.Platform) =>
    clientFiles(client, { ...LINUX, platform }).map(({ path }) => path);
  assert.deepEqual(paths('claude-code', 'linux'), ['/home/ana/.claude.json', '/work/shop/.mcp.json']);
  assert.deepEqual(paths('cursor', 'linux'), ['/home/ana/.cursor/mcp.json', '/work/shop/.cursor/mcp.json']);
  assert.deepEqual(paths('vscode', 'darwin'), [
    '/home/ana/Library/Application Support/Code/User/mcp.json',
    '/work/shop/.vscode/mcp.json',
  ]);
});
