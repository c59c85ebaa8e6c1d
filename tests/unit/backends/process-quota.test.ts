import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ProcessQuota } from '../../../backends/process-quota.ts';

test('one principal cannot take the processes of all, and what ends makes room', () => {
  const quota = new ProcessQuota(3, 2);
  quota.started('ana');
  quota.started('ana');
  assert.deepEqual([quota.hasRoom('ana'), quota.hasRoom('bob')], [false, true]);
  quota.started('bob');
  assert.equal(quota.hasRoom('bob'), false, 'all are taken');
  quota.ended('ana');
  assert.deepEqual([quota.hasRoom('ana'), quota.hasRoom('bob')], [true, true]);
});
