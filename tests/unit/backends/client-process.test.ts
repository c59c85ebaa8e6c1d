import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { clientProcess } from '../../../backends/client-process.ts';
import { startTimeOf } from '../../../backends/process-table.ts';
import { temporaryFolder } from '../../support/folder.ts';

const ON_LINUX = process.platform === 'linux';

test('a client is named by its process and when it was started', () => {
  assert.equal(clientProcess(process.pid, 'another pipe'), `${process.pid}-${startTimeOf(process.pid) ?? ''}`);
  assert.match(clientProcess(), /^\d+-\d*$/);
  assert.equal(clientProcess(4194305), '4194305-');
});

test('a script between a client and us is not the client, whatever it runs in', { skip: !ON_LINUX }, async (t) => {
  const asked = fileURLToPath(new URL('../../support/program/client-process-child.js', import.meta.url));
  const said = async (file: string, ...args: readonly string[]) => {
    const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    t.after(() => child.kill('SIGKILL'));
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    child.stdin.end();
    return line;
  };
  const us = `${process.pid}-${startTimeOf(process.pid)}`;
  const script = join(temporaryFolder(t), 'start');
  writeFileSync(script, `#!/bin/sh\n"$@"\nexit $?\n`, { mode: 0o755 });
  assert.equal(await said(process.execPath, asked), us);
  assert.equal(await said(script, process.execPath, asked), us, 'a script');
  assert.equal(await said('/usr/bin/timeout', '60', script, process.execPath, asked), us, 'a program, and a script');
  assert.equal(await said('/bin/sh', '-c', `"$0" "$1" </dev/null; true`, process.execPath, asked), us, 'a shell');
});
