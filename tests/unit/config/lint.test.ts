import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkTools } from '../../../lib/config/faults/tools.ts';
import { parseDuration, parseSize } from '../../../lib/config/words/units.ts';
import { load } from '../../support/config/config.ts';

function warnings(t: Parameters<typeof load>[0], backend: string, env: Record<string, string> = {}): string[] {
  const { warnings: found } = load(t, { flag: `version: 1\nbackends:\n  - {name: a, ${backend}}\n`, env });
  return found.map(({ code, where, message }) => `${code} ${where.replace(/.*flag\.yaml:/, '')} ${message}`);
}

test('a package that is launched without an exact version is warned about', (t) => {
  const npx = (spec: string) => warnings(t, `command: npx, args: ["-y", "${spec}", dir]`);
  assert.deepEqual(npx('@modelcontextprotocol/server-filesystem'), [
    'SP1102 3:35 a launches "@modelcontextprotocol/server-filesystem" without an exact version',
  ]);
  for (const loose of ['pkg@latest', 'pkg@^1.0.0', 'pkg@1', '@a/b@1.x'])
    assert.match(npx(loose).join(), /^SP1102/, loose);
  for (const exact of ['pkg@1.2.3', '@a/b@2026.8.31', 'pkg@1.0.0-rc.1']) assert.deepEqual(npx(exact), [], exact);
  assert.deepEqual(warnings(t, 'command: node, args: [server.js]'), []);
});

test('a secret that stands literally in the file, or in arguments everybody sees, is warned about', (t) => {
  const token = 'ghp_0123456789abcdefghijABCDEFGHIJ';
  assert.match(
    warnings(t, `command: x, env: {GITHUB: ${token}}`).join(),
    /^SP1103 3:41 GITHUB of a looks like a literal/,
  );
  assert.match(
    warnings(t, 'command: x, env: {API_KEY: 0123456789abcdef0123}').join(),
    /^SP1103 3:42 API_KEY of a may be/,
  );
  assert.deepEqual(warnings(t, 'command: x, env: {API_KEY: "${KEY}"}', { KEY: '0123456789abcdef0123' }), []);
  assert.deepEqual(warnings(t, 'command: x, env: {TOKEN_FILE: ~/x, LOG: warn}'), []);
  assert.match(
    warnings(t, `command: x, args: [--token, ${token}]`).join(),
    /^SP1104 3:\d+ an argument of a holds a secret/,
  );
  assert.match(warnings(t, 'command: x, args: ["--k=${KEY}"]', { KEY: 'whatever-it-is' }).join(), /^SP1104/);
  for (const found of [...warnings(t, `command: x, args: [${token}]`)]) assert.ok(!found.includes(token));
});

test('a pattern that matches no tool is named with the nearest tool, or with all of them', (t) => {
  const flag =
    'version: 1\nbackends:\n  - name: files\n    command: x\n    denied_tools: [delete_file, "write_*", raed_file]\n    allowed_tools: ["*", "{a,b}_*"]\n';
  const { config } = load(t, { flag });
  const found = checkTools(config.backends[0]!, ['read_file', 'write_file'], config);
  assert.deepEqual(
    found.map(({ code, message, where, help }) => [code, message, where.replace(/.*flag\.yaml:/, ''), help]),
    [
      [
        'SP1101',
        '"{a,b}_*" (backends[0].allowed_tools[1]) matches none of the 2 tools of files',
        '6',
        'its tools: read_file, write_file',
      ],
      [
        'SP1101',
        '"delete_file" (backends[0].denied_tools[0]) matches none of the 2 tools of files',
        '5',
        'its tools: read_file, write_file',
      ],
      [
        'SP1101',
        '"raed_file" (backends[0].denied_tools[2]) matches none of the 2 tools of files',
        '5',
        'did you mean "read_file"?',
      ],
    ],
  );
});

test('a name that clients see shortened is named, where names stand in front', (t) => {
  const two = 'version: 1\nnames: {max_length: 44}\nbackends: [{name: files, command: x}, {name: other, command: y}]\n';
  const { config } = load(t, { flag: two });
  const tools = ['short', 'x'.repeat(37), 'x'.repeat(38), 'with.dot'];
  const found = checkTools(config.backends[0]!, tools, config);
  assert.deepEqual(
    found.map(({ code, where }) => [code, where]),
    [
      ['SP1106', `files/${'x'.repeat(38)}`],
      ['SP1106', 'files/with.dot'],
    ],
  );
  assert.match(found[1]!.message, /clients see files\/with\.dot as "files__with_dot_[0-9a-f]{6}"/);
  const one = load(t, { flag: 'version: 1\nbackends: [{name: files, command: x}]\n' }).config;
  assert.deepEqual(checkTools(one.backends[0]!, tools, one), []);
});

test('sizes and durations say their unit, and nothing else is one', () => {
  const sizes: readonly [string | number, number | undefined][] = [
    [4096, 4096],
    ['10B', 10],
    ['1.5kB', 1500],
    ['10MB', 1e7],
    ['8MiB', 8 * 2 ** 20],
    ['1 GiB', 2 ** 30],
    ['512', 512],
    ['10mb', undefined],
    ['-1MB', undefined],
    [-1, undefined],
    [1.5, undefined],
    ['', undefined],
    ['MB', undefined],
  ];
  for (const [text, bytes] of sizes) assert.equal(parseSize(text), bytes, String(text));
  const durations: readonly [string, number | undefined][] = [
    ['250ms', 250],
    ['55s', 55_000],
    ['10m', 600_000],
    ['1.5h', 5_400_000],
    ['90d', 7_776_000_000],
    ['90', undefined],
    ['1w', undefined],
    ['-1s', undefined],
    ['', undefined],
  ];
  for (const [text, ms] of durations) assert.equal(parseDuration(text), ms, text);
});
