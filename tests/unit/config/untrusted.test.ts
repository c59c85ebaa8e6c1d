import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadConfig } from '../../../lib/config/load.ts';
import { ConfigError } from '../../../lib/config/problems.ts';
import { trustHash } from '../../../lib/config/project/trust-store.ts';
import { temporaryFolder } from '../../support/folder.ts';

const USER = 'version: 1\nbackends: [{ name: files, command: files-server }]\n';

/** What a config of a project nobody trusts comes to, over the `user`'s own. */
function loaded(t: TestContext, project: string, user = USER) {
  const home = temporaryFolder(t);
  const root = join(home, 'project');
  const configFile = join(home, 'config', 'sallyport.yaml');
  mkdirSync(join(root, '.git'), { recursive: true });
  mkdirSync(join(home, 'config'));
  if (user !== '') writeFileSync(configFile, user);
  writeFileSync(join(root, 'sallyport.yaml'), project);
  const inHome = (name: string) => join(home, name);
  const folders = {
    configFile,
    stateDir: inHome('state'),
    auditDir: inHome('state/audit'),
    logDir: inHome('state/log'),
    fallbackDir: inHome('tmp'),
    homeDir: home,
    projectDir: root,
  };
  const sources = { env: {}, folders, managed: join(root, 'none'), project: true };
  return { home, root, load: (only?: { name: string; command: string }) => loadConfig(sources, only ? { only } : {}) };
}

test('a project nobody trusts cannot name arguments, since those a rule names need not be declared', (t) => {
  const rule = (part: string) => `version: 1\npolicies: { tools: { "files/*": { ${part} } } }\n`;
  for (const part of ['paths', 'sql', 'commands', 'domains', 'form_fields']) {
    const { config, warnings } = loaded(t, rule(`${part}: { in: [secret], deny: [x] }`)).load();
    const [found] = config.policies.rules;
    const read = [found!.paths, found!.sql, found!.commands, found!.domains, found!.formFields].find(Boolean);
    assert.equal(read!.in, undefined, part);
    assert.equal(read!.deny.length, 1, part);
    assert.deepEqual(
      warnings.map(({ code, message }) => `${code} ${message}`),
      [`SP1018 policies.tools["files/*"].${part}.in is ignored`],
    );
  }
});

test('a project nobody trusts cannot say in which dialect SQL is judged', (t) => {
  const text = 'version: 1\npolicies: { tools: { "files/*": { sql: { dialect: mysql, deny: [drop] } } } }\n';
  const { config } = loaded(t, text).load();
  assert.equal(config.policies.rules[0]!.sql!.dialect, undefined);
  assert.equal(config.policies.rules[0]!.sql!.deny.length, 1);
});

test('a project nobody trusts is never the first layer, so what it asks about is not granted by that', (t) => {
  const text = 'version: 1\npolicies: { tools: { "files/*": { action: require_approval } } }\n';
  const { config } = loaded(t, text, '').load({ name: 'files', command: 'files-server' });
  assert.equal(config.policies.rules[0]!.layer, 2);
});

test('a project nobody trusts cannot lengthen any limit', (t) => {
  const { config } = loaded(t, 'version: 1\nlimits: { list_timeout_secs: 300 }\n').load();
  assert.equal(config.listTimeoutMs, 10_000);
});

test('a config of more than a megabyte is not read', (t) => {
  const { load } = loaded(t, `version: 1\n# ${'x'.repeat(1_100_000)}\n`);
  assert.throws(load, (error) => error instanceof ConfigError && error.problems[0]!.code === 'SP1001');
});

test('the folders of the log of decisions and of diagnostics are our own files wherever they are', (t) => {
  const user = `${USER}audit: { dir: /var/log/decisions }\nlog: { file: /var/log/gate.log }\n`;
  const more = 'server: { listen_addr: "127.0.0.1:8080", tls: { cert: /srv/tls/cert.pem, key: /srv/tls/own } }\n';
  const { config } = loaded(t, 'version: 1\n', `${user}${more}`).load();
  for (const path of ['/var/log/decisions', '/var/log/gate.log', '/srv/tls/own']) {
    assert.ok(config.ownPaths.includes(path), path);
  }
});

test('trust ends when a file changes that is named from the folder of a server, in an option or in its environment', (t) => {
  const { root } = loaded(t, 'version: 1\n');
  mkdirSync(join(root, 'tools'));
  const backends = [
    { name: 'a', command: 'node', args: ['main.js', '--import=./hook.mjs'], cwd: join(root, 'tools') },
    { name: 'b', command: 'node', args: ['-e', '0'], env: { NODE_OPTIONS: '--require ./first.cjs' } },
    { name: 'c', command: 'node', args: ['.'], cwd: './tools' },
  ];
  const hash = () => trustHash(join(root, 'sallyport.yaml'), 'text', { backends });
  const seen = new Set([hash()]);
  const files = ['tools/main.js', 'tools/hook.mjs', 'first.cjs', 'tools/package.json'];
  for (const file of files) {
    writeFileSync(join(root, file), 'changed');
    seen.add(hash());
  }
  assert.equal(seen.size, 1 + files.length);
});

test('of sandboxes a project nobody trusts may only say what is not there', (t) => {
  const user = `version: 1
security: { sandbox: { mode: required, network: none } }
backends: [{ name: files, command: files-server, sandbox: { write: [/srv/out], deny: [/srv/keys] } }]
`;
  const loose =
    `mode: off, driver: docker, image: "x@sha256:${'0'.repeat(64)}", network: host, domains: { allow: ["*"] }, ` +
    'read: [/], write: [/], unix_sockets: true, egress_bytes: 9GB, memory: 90GB, deny: [/srv/more]';
  const project = `version: 1
security: { sandbox: { ${loose} } }
backends: [{ name: files, command: files-server, sandbox: { ${loose} } }]
`;
  const { config, warnings } = loaded(t, project, user).load();
  const { mode, driver, image, network, read, write, deny, unixSockets, limits } = config.backends[0]!.sandbox;
  assert.deepEqual(
    [mode, driver, image, network, read, unixSockets],
    ['required', undefined, undefined, 'none', undefined, false],
  );
  assert.deepEqual(
    [write, deny].map((list) => list.map(({ path }) => path)),
    [['/srv/out'], ['/srv/keys', '/srv/more']],
  );
  assert.equal(limits.memoryBytes, 2e9);
  assert.equal(
    config.policies.rules.some(({ domains }) => domains !== undefined),
    false,
  );
  const keys = [
    'mode',
    'driver',
    'image',
    'network',
    'domains',
    'read',
    'write',
    'unix_sockets',
    'egress_bytes',
    'memory',
  ];
  assert.deepEqual(
    warnings.map(({ message }) => message).sort(),
    keys.flatMap((key) => [`backends[0].sandbox.${key} is ignored`, `security.sandbox.${key} is ignored`]).sort(),
  );
});
