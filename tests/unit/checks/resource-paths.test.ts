import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paths } from '../../../lib/checks/paths.ts';
import type { Decision } from '../../../lib/model/decision.ts';
import { compilePolicy } from '../../../lib/policy/policy.ts';
import { configOf } from '../../support/engine/engine.ts';
import { decideText } from '../../support/policy/policy-case.ts';
import { stateInMemory } from '../../support/policy/policy-state.ts';

const RULE = 'policies: { tools: { "notes/*": { paths: { deny: ["/srv/secret"] } } } }\n';

async function decide(uri: string, more = RULE): Promise<Decision> {
  const config = { ...configOf({ notes: 'legacy' }, more), ownPaths: ['/home/ana/.config/sallyport'] };
  const policy = await compilePolicy(config, [paths], stateInMemory());
  return decideText(policy, { resource: `notes/${uri}` }).then(({ decision }) => decision);
}

test('a path in the URI of a resource is kept from denied files, whatever its scheme', async () => {
  for (const uri of [
    '/home/ana/.ssh/id_rsa',
    '~/.ssh/id_rsa',
    'fs:///home/ana/.ssh/id_rsa',
    'fs://home/ana/.ssh/id_rsa',
    'fs://~/.ssh/id_rsa',
    'path:/home/ana/.ssh/id_rsa',
    'repo:///x/../home/ana/.ssh/id_rsa',
    'repo:///home/ana/%2essh/id%5Frsa',
    'fs:///home/ana/.config/sallyport/trusted.json',
    'fs:///proc/self/environ',
    'notes:///srv/secret/x',
    'notes://srv/secret/x',
    'notes:srv/secret/x',
  ]) {
    const { effect, reason } = await decide(uri);
    assert.equal(effect, 'deny', uri);
    assert.equal(reason!.code, 'SP3101', uri);
    assert.equal(reason!.at, '/uri');
    assert.ok(reason!.rule && reason!.source && reason!.fix, uri);
  }
});

test('other resources are left alone', async () => {
  for (const uri of [
    'memo://insights',
    'notes:///today',
    'https://example.com/etc/.ssh',
    'x:%zz',
    'x:%',
    'no uri',
    'x:/',
  ])
    assert.equal((await decide(uri)).effect, 'allow', uri);
  const open = 'policies: { baseline: { credential_files: allow } }\n';
  assert.equal((await decide('fs:///home/ana/.ssh/id_rsa', open)).effect, 'allow');
});
