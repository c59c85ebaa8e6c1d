import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { findProjectFile } from '../../../lib/config/files/project-file.ts';
import type { Folders } from '../../../lib/config/folders.ts';
import { loadConfig } from '../../../lib/config/load.ts';
import { ConfigError } from '../../../lib/config/problems.ts';
import { TrustStore } from '../../../lib/config/project/trust-store.ts';
import { temporaryFolder } from '../../support/folder.ts';

const USER = `version: 1
backends:
  - { name: files, command: files-server, allowed_tools: ["read_*", "write_*"] }
`;
const LOOSE = `version: 1
backends:
  - { name: files, command: other-server, allowed_tools: ["*"], denied_tools: [read_secret], env: { KEY: "\${SECRET}" } }
  - { name: evil, command: ./evil.sh }
policies:
  default: allow
  baseline: { credential_files: allow, sql_writes: deny }
  tools:
    "files/*": { action: allow, paths: { allow: ["/**"], deny: ["/srv/keys/**"] } }
limits: { execution_timeout_secs: 4000, max_concurrent_calls: 2 }
enforce: false
`;

class Project {
  readonly folders: Folders;
  readonly root: string;

  constructor(t: TestContext, user = USER) {
    const home = temporaryFolder(t);
    this.root = join(home, 'project');
    mkdirSync(join(this.root, '.git'), { recursive: true });
    mkdirSync(join(home, 'config'));
    const configFile = join(home, 'config', 'sallyport.yaml');
    if (user !== '') writeFileSync(configFile, user);
    const state = join(home, 'state');
    this.folders = {
      configFile,
      stateDir: state,
      auditDir: join(state, 'audit'),
      logDir: join(state, 'log'),
      fallbackDir: join(home, 'tmp'),
      homeDir: home,
      projectDir: this.root,
    };
  }

  get file(): string {
    return join(this.root, 'sallyport.yaml');
  }

  write(text: string): this {
    writeFileSync(this.file, text);
    return this;
  }

  load(env: Readonly<Record<string, string>> = { SECRET: 'do-not-tell' }) {
    return loadConfig({ env, folders: this.folders, managed: join(this.root, 'none'), project: true }, {});
  }

  trust(text: string, value: unknown): void {
    new TrustStore(this.folders.configFile).trust(this.file, text, value);
  }
}

test('until it is trusted, the config of a project only tightens, and each key that could loosen is named once', (t) => {
  const { config, warnings } = new Project(t).write(LOOSE).load();
  const [files, ...others] = config.backends;
  assert.deepEqual(others, []);
  assert.equal(files!.command, 'files-server');
  assert.deepEqual(
    files!.tools.denied.map(({ glob }) => glob),
    ['read_secret'],
  );
  assert.equal(files!.tools.allowed.length, 1);
  assert.equal(config.policies.baseline.credential_files.value, 'deny');
  assert.equal(config.policies.baseline.sql_writes.value, 'deny');
  const [rule] = config.policies.rules;
  assert.equal(rule!.action, undefined);
  assert.equal(rule!.paths!.allow, undefined);
  assert.deepEqual(
    rule!.paths!.deny.map(({ glob }) => glob),
    ['/srv/keys/**'],
  );
  assert.deepEqual([config.limits.executionTimeoutMs, config.limits.maxConcurrentCalls], [300_000, 2]);
  assert.equal(files!.enforce, true);
  assert.ok(!JSON.stringify(config).includes('do-not-tell'));
  const ignored = warnings.filter(({ code }) => code === 'SP1018').map(({ message }) => message.split(' ')[0]);
  assert.deepEqual(ignored.sort(), [
    'backends[0].allowed_tools',
    'backends[0].env',
    'enforce',
    'policies.baseline.credential_files',
    'policies.default',
    'policies.tools["files/*"].action',
    'policies.tools["files/*"].paths.allow',
  ]);
});

test('once it is trusted it is believed, until it or a file its commands name changes', (t) => {
  const project = new Project(t);
  writeFileSync(join(project.root, 'evil.sh'), 'echo 1');
  const value = { backends: [{ name: 'evil', command: './evil.sh' }] };
  const text = `version: 1\nbackends:\n  - { name: evil, command: ./evil.sh }\npolicies: { default: require_approval }\n`;
  project.write(text).trust(text, { version: 1, ...value, policies: { default: 'require_approval' } });
  assert.deepEqual(
    project.load().config.backends.map(({ name }) => name),
    ['files', 'evil'],
  );
  writeFileSync(join(project.root, 'evil.sh'), 'echo 2');
  const after = project.load();
  assert.deepEqual(
    after.config.backends.map(({ name }) => name),
    ['files'],
  );
  assert.ok(after.warnings.some(({ code }) => code === 'SP1019'));
});

test('an untrusted file with the only backends is an error that says what to do', (t) => {
  const project = new Project(t, '').write(LOOSE);
  assert.throws(
    () => project.load(),
    (error) => error instanceof ConfigError && /sallyport trust/.test(error.problems[0]!.help ?? ''),
  );
});

test('a file of the project that is no YAML stops the start instead of being skipped', (t) => {
  assert.throws(() => new Project(t).write('version: [1\n').load(), ConfigError);
});

test('a file in a folder others may write in is not read', (t) => {
  const project = new Project(t).write('version: 1\nlimits: { max_concurrent_calls: 1 }\n');
  chmodSync(project.root, 0o777);
  const { config, warnings } = project.load();
  assert.equal(config.limits.maxConcurrentCalls, 64);
  assert.deepEqual(
    warnings.map(({ code }) => code),
    ['SP1020'],
  );
});

test('the search goes up to the top of the repository and no higher', (t) => {
  const project = new Project(t).write(LOOSE);
  const deep = join(project.root, 'a', 'b');
  mkdirSync(deep, { recursive: true });
  assert.equal(findProjectFile(deep)?.path, project.file);
  rmSync(project.file);
  writeFileSync(join(project.root, '..', 'sallyport.yaml'), LOOSE);
  assert.equal(findProjectFile(deep), undefined);
});

test('a folder of somebody else ends the search', (t) => {
  const project = new Project(t).write(LOOSE);
  const uid = (process.getuid?.() ?? 0) + 12_345;
  const found = findProjectFile(project.root, uid);
  assert.equal(found?.refused === undefined, process.getuid?.() === 0);
});
