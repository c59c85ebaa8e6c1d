import assert from 'node:assert/strict';
import { chmodSync } from 'node:fs';
import { test } from 'node:test';
import { Reader } from '../../support/docs/reader.ts';

const CONFIG = `version: 1
backends:
  - { name: files, command: files-server, args: ['.'], denied_tools: [write_file] }
`;

test('the config of a project is shown with what it would start before it is believed, and can be believed no longer', async (t) => {
  const reader = new Reader(t);
  chmodSync(reader.project, 0o755);
  reader.write('sallyport.yaml', CONFIG);
  const shown = await reader.type('sallyport trust --show');
  assert.match(shown.stdout, /: untrusted\nit would set: backends\[0\]\.command, backends\[0\]\.args\n/);
  assert.match((await reader.type('sallyport validate')).stderr, /SP1008.*\n.*\n.*run `sallyport trust`/);
  assert.match((await reader.type('sallyport trust')).stdout, /: trusted\nit sets: backends\[0\]\.command/);
  assert.equal((await reader.type('sallyport validate')).code, 0);
  reader.write('sallyport.yaml', `${CONFIG}# changed\n`);
  assert.match((await reader.type('sallyport trust --show')).stdout, /: changed\n/);
  assert.match((await reader.type('sallyport untrust')).stdout, /: no longer trusted$/);
});

test('a reader that goes before the end of a listing is no fault', async (t) => {
  const { code, stderr } = await new Reader(t).type('sallyport wrap --help | true');
  assert.deepEqual([code, stderr], [0, '']);
});
