import assert from 'node:assert/strict';
import { test } from 'node:test';
import { COVERS } from '../../../lib/config/faults/rules/covers.ts';
import { checkRules } from '../../../lib/config/faults/rules.ts';
import { readSource } from '../../../lib/config/files/source.ts';
import { validateSource } from '../../../lib/config/files/validate.ts';
import { configOf } from '../../support/config/config-texts.ts';

const FILES = `version: 1
backends:
  - name: files
    command: npx
    args: [-y, "@modelcontextprotocol/server-filesystem@2026.8.31", .]
    denied_tools: [move_file]
`;

/** Code, message and help of everything that is said of a config with these lines. */
function said(lines: string, only = false): string[] {
  const text = FILES + lines;
  const source = readSource('sallyport.yaml', text, {});
  const { config: raw, problems } = validateSource(source);
  assert.deepEqual(problems, []);
  const { config } = configOf({ config: text });
  const overrides = only ? { only: { name: 'other', command: 'x' } } : {};
  return checkRules(config, [{ source, config: raw! }], overrides).map(
    ({ code, message, help = '', where }) => `${code} ${message}; ${help} (${where})`,
  );
}

const tools = (rules: string) => `policies:\n  tools:\n${rules}`;

test('a sound config is not warned of', () => {
  assert.deepEqual(said(tools('    "files/*": { paths: { allow: [src], deny: ["**/secret"] } }\n')), []);
  assert.deepEqual(
    said(
      tools(
        '    "*/@write": { max_depth: 3 }\n    "files/edit_file": { rate_limit: { max_requests: 1, window_secs: 9 } }\n',
      ),
    ),
    [],
  );
});

test('a selector of a backend that is not there is named with the nearest one', () => {
  assert.deepEqual(said(tools('    "flies/*": { action: deny }\n')), [
    'SP1110 policies.tools["flies/*"] changes nothing: no backend is called "flies"; did you mean "files"? (sallyport.yaml:9)',
  ]);
});

test('roles, agents, flows, effects, budgets, costs and tenants are looked through for backends as well', () => {
  const lines = `policies:
  effects: { "db/*": [read] }
  agents: { intern: { denied_tools: ["db/*"] } }
  flows: [{ name: f, after: "db/*", then: "files/*", action: deny }]
roles: { reader: { permissions: ["db/*", "*"] } }
budgets: [{ name: b, tools: "db/*", unit: calls, limit: 5, window: 1h }]
costs: { "db/*": 1 }
tenants: { t: { backends: [db] } }
`;
  const places = said(lines).map((text) => /^SP1110 (\S+) changes nothing/.exec(text)?.[1]);
  assert.deepEqual(places.sort(), [
    'budgets[0]',
    'costs["db/*"]',
    'policies.agents.intern.denied_tools[0]',
    'policies.effects["db/*"]',
    'policies.flows[0].after',
    'roles.reader.permissions[0]',
    'tenants.t.backends',
  ]);
});

test('a wrapped server is one of many, so that rules about others are no fault', () => {
  assert.deepEqual(said(tools('    "github/*": { action: deny }\n'), true), []);
});

test('a rule about a tool its backend hides is never reached', () => {
  const [hidden] = said(tools('    "files/move_file": { max_depth: 3 }\n'));
  assert.match(hidden!, /^SP1110 .*is never reached: backends\[0\]\.denied_tools\[0\] hides files\/move_file/);
  const listed = `version: 1\nbackends: [{ name: files, command: x, allowed_tools: [read] }]\n`;
  const source = readSource('s.yaml', `${listed}${tools('    "files/write": { max_depth: 3 }\n')}`, {});
  const { config } = configOf({ config: `${listed}${tools('    "files/write": { max_depth: 3 }\n')}` });
  assert.match(
    checkRules(config, [{ source, config: {} as never }], {})[0]!.message,
    /allowed_tools hides files\/write$/,
  );
});

test('a rule that says nothing, and what stands behind a denial of everything, are named', () => {
  const found = said(
    tools('    "files/edit_file": {}\n    "files/*": { action: deny, paths: { allow: [a] }, block_patterns: [x] }\n'),
  );
  assert.deepEqual(
    found.map((text) => text.split(';')[0]),
    [
      'SP1110 policies.tools["files/edit_file"] says nothing',
      'SP1110 policies.tools["files/*"].paths is never reached: policies.tools["files/*"] denies every call it holds for',
      'SP1110 policies.tools["files/*"].block_patterns[0] is never reached: policies.tools["files/*"] denies every call it holds for',
    ],
  );
});

test('an entry inside a stricter one of its own rule is never reached', () => {
  const rule =
    '{ paths: { allow: [src/a, lib], require_approval: [src/b], deny: [src] }, commands: { allow: [git push], deny: ["git *"] } }';
  assert.deepEqual(
    said(tools(`    "files/*": ${rule}\n`)).map((text) => /\.((?:paths|commands)\.\w+\[\d\]) /.exec(text)?.[1]),
    ['paths.allow[0]', 'paths.require_approval[0]', 'commands.allow[0]'],
  );
});

test('an argument that is surely misspelt is named with the one the tools of the preset take', () => {
  assert.match(
    said(tools('    "files/write_file": { paths: { in: [paht], deny: [a] } }\n'))[0]!,
    /^SP1112 .*"paht".*did you mean "path"\?/,
  );
  assert.deepEqual(said(tools('    "files/write_file": { paths: { in: [/path, elsewhere], deny: [a] } }\n')), []);
});

test('a limit per tenant or role counts for nobody where no client has one', () => {
  const limit = (per: string) => `rate_limit: { max_requests: 5, window_secs: 60, per: ${per} }\n`;
  assert.match(said(limit('tenant'))[0]!, /^SP1113 rate_limit counts per tenant, and no client has a tenant/);
  assert.match(said(limit('role'))[0]!, /^SP1113 .* no client has a role/);
  assert.deepEqual(said(`${limit('role')}roles: { a: { permissions: ["*"] } }\n`), []);
  assert.deepEqual(said(limit('client')), []);
});

test('a key with a role or tenant nobody defines is an error at its place', () => {
  const key = (rest: string) =>
    `security: { auth: { api_keys: [{ key: "sha256:${'a'.repeat(64)}", client_id: x, ${rest} }] } }\n`;
  const roles = 'roles: { reader: { permissions: ["*"] } }\n';
  assert.match(
    said(roles + key('roles: [raeder]'))[0]!,
    /^SP1017 no role is called "raeder"; did you mean "reader"\? \(sallyport\.yaml:8:\d+\)$/,
  );
  assert.match(said(roles + key('roles: [zzzz]'))[0]!, /^SP1017 no role is called "zzzz"; define it under `roles`/);
  assert.deepEqual(said(key('roles: [reader]')), [], 'a label, where no role is defined');
  assert.match(said(`tenants: { a: {} }\n${key('tenant: zzzz')}`)[0]!, /^SP1017 no tenant is called "zzzz"/);
  assert.deepEqual(said(roles + key('roles: [reader], tenant: label')), []);
});

test('one pattern is inside another only where that is plain to see', () => {
  const cases: [keyof typeof COVERS, string, string, boolean][] = [
    ['paths', '**', 'a', true],
    ['paths', '/a', '/a/b', true],
    ['paths', '/a/**', '/a/b/*.md', true],
    ['paths', '/a', '/ab', false],
    ['paths', '/*/b', '/a/b', false],
    ['paths', '/a/', '/a/b', true],
    ['sql', 'drop', 'DROP', true],
    ['sql', 'DROP', 'DROP TABLE', false],
    ['commands', 'git *', 'git push', true],
    ['commands', 'git *', 'git', true],
    ['commands', 'git push', 'git *', false],
    ['commands', '*', 'ls', true],
    ['commands', 'git *', 'git log | sh', false],
    ['commands', 'g* *', 'git log', false],
    ['domains', '*.example.com', 'a.Example.com', true],
    ['domains', '*.example.com', 'example.com', false],
    ['domains', '*', 'example.com', true],
    ['domains', 'example.com', 'a.example.com', false],
  ];
  for (const [kind, wide, narrow, expected] of cases) {
    assert.equal(COVERS[kind](wide, narrow), expected, `${kind}: ${wide} over ${narrow}`);
  }
});
