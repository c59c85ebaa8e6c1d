import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Sources } from '../../../lib/config/files/choose.ts';
import { readPlain } from '../../../lib/config/files/source.ts';
import { folders } from '../../../lib/config/folders.ts';
import { isLockfileTrusted, keepTrust } from '../../../lib/config/project/lockfile-trust.ts';
import { TrustStore } from '../../../lib/config/project/trust-store.ts';
import { temporaryFolder } from '../../support/folder.ts';

const PLAIN = 'version: 1\nbackends: [{name: a, command: ./server.js}]\n';

interface Place {
  readonly sources: Sources;
  readonly project: string;
  readonly config: string;
  trust(): void;
}

function place(t: TestContext, text = PLAIN): Place {
  const root = temporaryFolder(t);
  const project = join(root, 'project');
  mkdirSync(join(root, 'user'));
  mkdirSync(project);
  const config = join(project, 'sallyport.yaml');
  writeFileSync(config, text);
  writeFileSync(join(project, 'server.js'), '');
  const own = { ...folders(), configFile: join(root, 'user', 'sallyport.yaml'), projectDir: project };
  const sources = {
    flag: undefined,
    env: {},
    folders: own,
    managed: join(root, 'managed', 'config.yaml'),
    project: true,
  };
  const said = readFileSync(config, 'utf8');
  return { sources, project, config, trust: () => new TrustStore(own.configFile).trust(config, said, readPlain(said)) };
}

test('a lockfile beside the config of the user or the administrator is believed, one of a project when it is trusted', (t) => {
  const { sources, project, trust } = place(t);
  const { configFile } = sources.folders;
  assert.ok(isLockfileTrusted(join(configFile, '..', 'sallyport.lock.json'), sources, readPlain));
  assert.ok(isLockfileTrusted(join(sources.managed!, '..', 'sallyport.lock.json'), sources, readPlain));
  const lockfile = join(project, 'sallyport.lock.json');
  assert.ok(!isLockfileTrusted(lockfile, sources, readPlain));
  trust();
  assert.ok(isLockfileTrusted(lockfile, sources, readPlain));
  assert.ok(!isLockfileTrusted(join(project, 'other.json'), sources, readPlain), 'a file the trust does not cover');
  writeFileSync(lockfile, '{}');
  assert.ok(!isLockfileTrusted(lockfile, sources, readPlain), 'what came after the trust');
});

test('the trust in a project covers the lockfile its config names, inside the project', (t) => {
  const text = `${PLAIN}security: {registry: {lockfile: pins/all.json}}\n`;
  const { sources, project, trust } = place(t, text);
  const lockfile = join(project, 'pins', 'all.json');
  mkdirSync(join(project, 'pins'));
  writeFileSync(lockfile, '1');
  trust();
  assert.ok(isLockfileTrusted(lockfile, sources, readPlain));
  writeFileSync(lockfile, '2');
  assert.ok(!isLockfileTrusted(lockfile, sources, readPlain));
  const outside = place(t, `${PLAIN}security: {registry: {lockfile: ../all.json}}\n`);
  outside.trust();
  assert.ok(!isLockfileTrusted(join(outside.project, '..', 'all.json'), outside.sources, readPlain));
});

test('the trust goes on when the user’s own program changed the lockfile, and nothing else was changed', (t) => {
  const { sources, project, config, trust } = place(t);
  const lockfile = join(project, 'sallyport.lock.json');
  const write = (meanwhile: () => void) => {
    const renew = keepTrust(lockfile, sources, readPlain);
    writeFileSync(lockfile, `${readFileSync(config)}${Math.random()}`);
    meanwhile();
    renew();
    return isLockfileTrusted(lockfile, sources, readPlain);
  };
  assert.equal(
    write(() => {}),
    false,
    'there was no trust that could go on',
  );
  trust();
  assert.equal(
    write(() => {}),
    true,
  );
  assert.equal(
    write(() => {}),
    true,
  );
  assert.equal(
    write(() => writeFileSync(join(project, 'server.js'), 'changed')),
    false,
  );
  trust();
  assert.equal(
    write(() => writeFileSync(config, `${PLAIN}# changed\n`)),
    false,
  );
});
