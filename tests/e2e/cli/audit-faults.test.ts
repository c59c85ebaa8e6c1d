import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { sallyport } from '../../support/program/command.ts';

test('a filter that could match nothing, and a place that is not there, are usage errors and no silence', async (t) => {
  const home = temporaryFolder(t);
  writeFileSync(join(home, 'file'), '');
  const cases: [args: string[], said: RegExp][] = [
    [['query', '--decision', 'maybe'], /^error: --decision "maybe": choose allow, deny, require_approval$/],
    [['query', '--kind', 'calls'], /^error: --kind "calls": choose call, done, refused, event$/],
    [['query', '--code', '3002'], /^error: --code "3002": write a code such as SP3002$/],
    [['query', '--resource', '{a'], /^error: --resource "\{a": "\{" without "\}"$/],
    [['query', 'none.jsonl'], /^error: none\.jsonl does not exist$/],
    [['query', '--dir', 'none'], /^error: none is no folder$/],
    [['query', '--dir', 'file'], /^error: file is no folder$/],
    [['query', '--config', 'none.yaml'], /^error\[SP1001\] the config file cannot be read: it does not exist\n/],
    [['tail', '--dir', 'none'], /^error: none is no folder$/],
    [['tail', '--lines', 'x'], /^error: --lines "x": write a whole number$/],
    [['verify', 'none'], /^error: none does not exist$/],
  ];
  await Promise.all(
    cases.map(async ([args, said]) => {
      const { code, stdout, stderr } = await sallyport(['audit', ...args], { home });
      assert.deepEqual([code, stdout], [2, ''], args.join(' '));
      assert.match(stderr, said);
    }),
  );
});

test('with --json an error is one object on standard output', async (t) => {
  const { code, stdout } = await sallyport(['audit', 'verify', 'none', '--json'], { home: temporaryFolder(t) });
  assert.equal(code, 2);
  assert.deepEqual(JSON.parse(stdout), { schema_version: 1, ok: false, error: 'none does not exist' });
});

test('before anything was recorded, a query and a tail find nothing, which is no error', async (t) => {
  const home = temporaryFolder(t);
  assert.deepEqual(await sallyport(['audit', 'tail'], { home }), { code: 0, stdout: '', stderr: '' });
  assert.deepEqual(await sallyport(['audit', 'query'], { home }), {
    code: 0,
    stdout: '',
    stderr: '0 of 0 matching records',
  });
});
