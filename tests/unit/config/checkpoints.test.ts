import assert from 'node:assert/strict';
import { homedir } from 'node:os';
import { test } from 'node:test';
import { load } from '../../support/config/config.ts';

const config = (audit: string, more = '') => `version: 1\nbackends: [{name: a, command: x}]\naudit: ${audit}\n${more}`;

test('the log is signed under `strict`, by a key that is named, or where it is asked for', (t) => {
  const signs = (text: string) => load(t, { flag: text }).config.audit.checkpoints.enabled;
  assert.equal(signs(config('{}')), false);
  assert.equal(signs(config('{}', 'profile: strict\n')), true);
  assert.equal(signs(config('{checkpoints: false}', 'profile: strict\n')), false);
  assert.equal(signs(config('{checkpoints: true}')), true);
  assert.equal(signs(config('{sign_key: /keys/audit.key}')), true);
  assert.equal(signs(config('{sign_key: /keys/audit.key, checkpoints: false}')), false);
  assert.equal(load(t, { flag: config('{}') }, { serving: true }).config.audit.checkpoints.enabled, true);
});

test('the key lies beside the config of the user unless another is named, and neither it nor copies are for calls', (t) => {
  const usual = load(t, { flag: config('{}') }).config;
  assert.match(usual.audit.checkpoints.keyFile, /\/audit\.key$/);
  assert.deepEqual([usual.audit.checkpoints.every, usual.audit.checkpoints.copyTo], [1000, undefined]);
  const { audit, ownPaths } = load(t, {
    flag: config('{sign_key: ~/own/audit.key, checkpoint_copy_to: /mnt/evidence, checkpoint_every: 5}'),
  }).config;
  const { keyFile, copyTo, every } = audit.checkpoints;
  assert.deepEqual([keyFile, copyTo, every], [`${homedir()}/own/audit.key`, '/mnt/evidence', 5]);
  assert.ok(ownPaths.includes(keyFile) && ownPaths.includes('/mnt/evidence'));
});
