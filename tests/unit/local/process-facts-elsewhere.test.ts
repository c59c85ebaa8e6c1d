import assert from 'node:assert/strict';
import { test } from 'node:test';
import { holdersIn, processesIn } from '../../../backends/local/process-facts-elsewhere.ts';

const TABLE = `    1     0     0     0 ??       Mon Nov  2 08:00:00 2026 /sbin/launchd
  501     1   501   501 ttys001  Sun Nov 22 09:10:11 2026 -zsh
  777   501   501   501 ttys001  Sun Nov 22 09:12:00 2026 /usr/local/bin/node
  778     1   501   501 ??       Sun Nov 22 09:12:01 2026 /Applications/Some App.app/Contents/MacOS/Some App
  779   501     0   501 ttys001  Sun Nov 22 09:12:02 2026 /usr/bin/sudo
not a line of it
`;

test('what ps prints elsewhere becomes the same facts', () => {
  const all = processesIn(TABLE);
  assert.equal(all.size, 5);
  assert.deepEqual(all.get(777), {
    pid: 777,
    parent: 501,
    uid: 501,
    hasTerminal: true,
    start: 'Sun_Nov_22_09:12:00_2026',
    name: 'node',
    isMarked: false,
    agentMark: undefined,
  });
  assert.equal(all.get(778)?.hasTerminal, false);
  assert.equal(all.get(778)?.name, 'Some App');
  assert.equal(all.get(779)?.uid, undefined);
});

test('whoever has a file open is read from what lsof prints', () => {
  assert.deepEqual(holdersIn('p777\nf21\np80\n'), [777, 80]);
  assert.deepEqual(holdersIn('lsof: no such file\n'), []);
});
