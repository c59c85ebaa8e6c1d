import assert from 'node:assert/strict';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DesktopSink } from '../../../backends/notify/desktop.ts';
import { desktopCommand } from '../../../backends/notify/desktop-commands.ts';
import { NotTaken } from '../../../backends/notify/sink.ts';
import type { Notice } from '../../../lib/model/notice.ts';
import { temporaryFolder } from '../../support/folder.ts';

const ATTACKS = ['$(touch pwned)', '`id`', '"; rm -rf ~; "', "' & calc & '", '-e', '--hint=x', '%n', '<b>x</b>&amp;'];

function notice(title: string, lines: readonly string[]): Notice {
  return { id: 'n1', type: 'approval.asked', atMs: 0, key: 'k', severity: 'critical', title, lines, data: {} };
}

test('on each system the text of a notice is an argument or input, and the script is always the same', () => {
  for (const attack of ATTACKS) {
    const said = notice(attack, [attack, attack]);
    const linux = desktopCommand(said, 'linux')!;
    const fence = linux.args.indexOf('--');
    assert.deepEqual(linux.args.slice(0, fence), ['--app-name=Sallyport', '--urgency=critical']);
    assert.deepEqual(linux.args.slice(fence + 1)[0], `Sallyport: ${attack}`);
    assert.ok(!/[<>]/.test(linux.args.at(-1)!), 'its body is read as mark-up');
    const mac = desktopCommand(said, 'darwin')!;
    assert.deepEqual(mac.args.slice(0, 6), desktopCommand(notice('x', []), 'darwin')!.args.slice(0, 6));
    assert.deepEqual(mac.args.slice(6), [`Sallyport: ${attack}`, `${attack}\n${attack}`]);
    const windows = desktopCommand(said, 'win32')!;
    assert.deepEqual(windows.args, desktopCommand(notice('x', []), 'win32')!.args);
    assert.deepEqual(JSON.parse(windows.input!), { title: `Sallyport: ${attack}`, body: `${attack}\n${attack}` });
  }
  const long = desktopCommand(notice('t'.repeat(5000), ['b'.repeat(5000)]), 'darwin')!;
  assert.deepEqual(
    long.args.slice(6).map(({ length }) => length),
    [120, 500],
  );
  assert.equal(desktopCommand(notice('x', []), 'aix'), undefined);
});

test('a notice is shown by a program that is run once, with the display and nothing else of ours', {
  skip: process.platform !== 'linux' && 'the program is a script',
}, async (t) => {
  const folder = temporaryFolder(t);
  const program = join(folder, 'notify-send');
  writeFileSync(program, `#!/bin/sh\nprintf '%s\\0' "$@" > '${folder}/args'\nenv > '${folder}/env'\n`);
  chmodSync(program, 0o755);
  const environment = { PATH: `${folder}:${process.env.PATH}`, DISPLAY: ':9', SECRET_TOKEN: 'x' };
  const sink = new DesktopSink({ platform: 'linux', environment, mask: (text) => text });
  assert.equal(sink.isReachable, true);
  const attack = ATTACKS.join(' ');
  await sink.send(notice(attack, [attack]));
  const args = readFileSync(join(folder, 'args'), 'utf8').split('\0');
  assert.deepEqual(args.slice(0, 4), [
    '--app-name=Sallyport',
    '--urgency=critical',
    '--',
    `Sallyport: ${attack}`.slice(0, 120),
  ]);
  const env = readFileSync(join(folder, 'env'), 'utf8');
  assert.match(env, /^DISPLAY=:9$/m);
  assert.ok(!env.includes('SECRET_TOKEN'));
});

test('where there is no display, or nothing that shows notices, nobody is reached', async (t) => {
  const bare = new DesktopSink({ platform: 'linux', environment: {}, mask: (text) => text });
  assert.equal(bare.isReachable, false);
  await assert.rejects(bare.send(notice('x', [])), (error: NotTaken) => error.isFinal);
  const environment = { PATH: temporaryFolder(t), DISPLAY: ':9' };
  const without = new DesktopSink({ platform: 'linux', environment, mask: (text) => text });
  await assert.rejects(without.send(notice('s3cr3t', [])), (error: NotTaken) => {
    assert.match(error.message, /^there is no notify-send$/);
    return error instanceof NotTaken && error.isFinal;
  });
  assert.equal(without.isReachable, false);
  const remote = { platform: 'darwin' as const, environment: { SSH_CONNECTION: '1' }, mask: (text: string) => text };
  assert.equal(new DesktopSink(remote).isReachable, false);
});
