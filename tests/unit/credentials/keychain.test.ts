import assert from 'node:assert/strict';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { kept } from '../../../backends/credentials/keychain.ts';
import { temporaryFolder } from '../../support/folder.ts';

const SECRET = 'swordfish-swordfish';

/** Puts a program on a path of its own in the place of the one a system has. */
function pretending(t: TestContext, program: string, script: string): NodeJS.ProcessEnv {
  const folder = temporaryFolder(t);
  const file = join(folder, program);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return { PATH: `${folder}:/usr/bin:/bin` };
}

test('the keychain of each system is asked by its own program, for one service and one account', async (t) => {
  const linux = pretending(t, 'secret-tool', 'echo "$# $*"');
  assert.equal(await kept('my hub', 'ann', linux, 5000, 'linux'), '5 lookup service my hub account ann');
  const mac = pretending(t, 'security', 'echo "$# $*"');
  assert.equal(await kept('my hub', 'a;b', mac, 5000, 'darwin'), '6 find-generic-password -w -s my hub -a a;b');
});

test('a keychain that holds nothing, hangs or is not there is told without its words', async (t) => {
  const fails = pretending(t, 'secret-tool', `echo ${SECRET}; echo ${SECRET} >&2; exit 1`);
  await assert.rejects(kept('hub', 'ann', fails, 5000, 'linux'), (error: Error) => {
    assert.equal(error.message, 'the keychain holds nothing under "hub" for "ann"');
    return true;
  });
  const hangs = pretending(t, 'secret-tool', 'exec sleep 60');
  await assert.rejects(kept('hub', 'ann', hangs, 200, 'linux'), /did not answer within 0.2 s/);
  await assert.rejects(kept('hub', 'ann', { PATH: '/nowhere' }, 5000, 'linux'), /"secret-tool" .* was not found/);
  await assert.rejects(kept('hub', 'ann', {}, 5000, 'win32'), /keychain of this system is not known/);
});
