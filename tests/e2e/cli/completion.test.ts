import assert from 'node:assert/strict';
import { test } from 'node:test';
import { execa } from 'execa';
import { temporaryFolder } from '../../support/folder.ts';
import { sallyport } from '../../support/program/command.ts';

/** The words offered after these, without their descriptions and the line of directives. */
async function offered(home: string, ...words: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await sallyport(['complete', '--', ...words], { home });
  assert.deepEqual([code, stderr], [0, ''], words.join(' '));
  const lines = stdout.split('\n');
  assert.match(lines.pop()!, /^:\d+$/);
  return lines.map((line) => line.split('\t')[0]!);
}

test('`completion` prints a script for each shell that asks the hidden command', async (t) => {
  const home = temporaryFolder(t);
  const shells = ['bash', 'zsh', 'fish', 'powershell'];
  const scripts = await Promise.all(shells.map((shell) => sallyport(['completion', shell], { home })));
  for (const [index, { code, stdout, stderr }] of scripts.entries()) {
    assert.deepEqual([code, stderr], [0, ''], shells[index]);
    assert.match(stdout, new RegExp(`^# ${shells[index]} completion for sallyport`, 'm'));
    assert.match(stdout, /sallyport complete '?--/);
  }
  const checked = await execa('bash', ['-n'], { input: scripts[0]!.stdout, reject: false });
  assert.deepEqual([checked.exitCode, checked.stderr], [0, ''], 'bash can read its script');
});

test('commands, flags and the choices of a flag are completed, and nothing that is hidden', async (t) => {
  const home = temporaryFolder(t);
  const [commands, inner, flags, choices, begun] = await Promise.all([
    offered(home, ''),
    offered(home, 'audit', ''),
    offered(home, 'run', '--'),
    offered(home, 'run', '--profile', ''),
    offered(home, 'va'),
  ]);
  assert.deepEqual(
    commands,
    'wrap run serve token init validate config trust untrust schema shell doctor login logout inspect pin diff approve stop resume approvals notify top explain test simulate recommend scan attack audit anomaly completion help'.split(
      ' ',
    ),
  );
  assert.deepEqual(inner, ['verify', 'tail', 'query', 'export', 'prove', 'check-proof', 'key', 'help']);
  assert.deepEqual(flags, ['--client', '--config', '--profile', '--observe', '--trace-frames', '--help']);
  assert.deepEqual(choices, ['balanced', 'strict']);
  assert.deepEqual(begun, ['validate']);
});
