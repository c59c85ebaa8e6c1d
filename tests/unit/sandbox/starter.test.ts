import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { perl, startedBy } from '../../../backends/sandbox/starter.ts';

const PERL = perl();
const NO_PERL = process.platform !== 'linux' || PERL === undefined ? 'needs Perl on Linux' : false;
const PRINTS = 'process.stdout.write(JSON.stringify(process.argv.slice(1)))';

function started(command: readonly string[]) {
  const [file, ...args] = startedBy(PERL!, [], command);
  return spawnSync(file!, args, { encoding: 'utf8' });
}

test('what is listened on stands before the command, each counted, and the script holds nothing of either', () => {
  const listeners = [
    { address: '127.0.0.1', port: 3128 },
    { address: '127.1.0.1', port: 443 },
  ];
  const [file, e, script, ...rest] = startedBy('/usr/bin/perl', listeners, ['/bin/server', '-x'], 'x64');
  assert.deepEqual([file, e], ['/usr/bin/perl', '-e']);
  assert.deepEqual(rest, ['46', '126', '2', '127.0.0.1:3128', '127.1.0.1:443', '/bin/server', '-x']);
  assert.equal(startedBy('/usr/bin/perl', [], ['/bin/server'], 'x64')[2], script);
  assert.deepEqual(startedBy('/usr/bin/perl', [], ['/bin/server'], 'arm64').slice(3), [
    '211',
    '91',
    '0',
    '/bin/server',
  ]);
});

test('on a processor whose calls are not known there is no starter', () => {
  assert.equal(perl('riscv64'), undefined);
});

test('arguments arrive as they are, whatever Perl or a shell would make of them', { skip: NO_PERL }, () => {
  const odd = [
    'two words',
    '-e',
    '--',
    '',
    `'"\`$HOME\\`,
    '*',
    '; exit 3',
    '@ARGV',
    '%s',
    'ümläut',
    'a\nb',
    '-n',
    '<&3',
    '|cat',
  ];
  const { stdout, stderr, status } = started([process.execPath, '-e', PRINTS, '--', ...odd]);
  assert.deepEqual([JSON.parse(stdout), stderr, status], [odd, '', 0]);
});

test('a program whose path has spaces and quotes is run, and one with no arguments is no shell command', {
  skip: NO_PERL,
}, () => {
  const { stderr, status } = started(["/nowhere at all/it's; echo here"]);
  assert.deepEqual(
    [stderr, status],
    ["sallyport: cannot start: /nowhere at all/it's; echo here: No such file or directory\n", 127],
  );
});

test('a listener that cannot be made ends the start', { skip: NO_PERL }, () => {
  const [file, ...args] = startedBy(PERL!, [{ address: '203.0.113.9', port: 3128 }], ['/bin/true']);
  const { stderr, status } = spawnSync(file!, args, { encoding: 'utf8' });
  assert.equal(status, 127);
  assert.match(stderr, /^sallyport: cannot start: bind 203\.0\.113\.9:3128: /);
});
