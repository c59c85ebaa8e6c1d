import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';
import { example, makeKey } from '../../support/docs/deployed.ts';
import { Reader } from '../../support/docs/reader.ts';
import { endWith, temporaryFolder } from '../../support/folder.ts';
import type { Peer } from '../../support/mcp/peer.ts';
import { ROOT } from '../../support/paths.ts';

const UNIT = readFileSync(example('sallyport.service'), 'utf8');
/** `--offline` is there since 250. */
const version = /^systemd (\d+)/.exec(String(spawnSync('systemd-analyze', ['--version']).stdout))?.[1];

/** The one value of a key, with the folders of a system in the place of `%S`. */
function setting(key: string, stateFolder = '/var/lib'): string {
  const found = [...UNIT.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))];
  assert.equal(found.length, 1, key);
  return found[0]![1]!.replaceAll('%S', stateFolder);
}

test('the unit starts, reloads and stops a gateway whose calls have time to end', async (t) => {
  const reader = new Reader(t);
  const [command, ...args] = setting('ExecStart').split(' ') as [string, ...string[]];
  const { bin } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  assert.deepEqual([command], Object.keys(bin), 'systemd finds it wherever npm installs programs');
  const line = ['sallyport', ...args.map((arg) => arg.replace(/^\/etc\/sallyport/, example('.')))].join(' ');

  const state = join(reader.home, 'lib');
  const [home, cwd] = [setting('Environment', state).replace(/^HOME=/, ''), setting('WorkingDirectory', state)];
  const made = setting('StateDirectory')
    .split(' ')
    .map((name) => join(state, name));
  assert.ok(made.includes(home) && made.includes(cwd), 'systemd makes both');
  for (const folder of made) mkdirSync(folder, { recursive: true });
  const LOGS_DIRECTORY = join(reader.home, 'log', setting('LogsDirectory'));
  const faulty = await reader.type(line);
  assert.equal(faulty.code, Number(setting('RestartPreventExitStatus')));

  let started: Peer | undefined;
  endWith(t, async () => void started?.child.kill());
  const keys = { REVIEWER_KEY_HASH: makeKey().hash, WRITER_KEY_HASH: makeKey().hash };
  const env = { HOME: home, LOGS_DIRECTORY, LISTEN_ADDR: '127.0.0.1:0', ...keys };
  const gateway = reader.start(t, `sh -c 'cd "${cwd}" && exec ${line}'`, env);
  started = gateway;
  await gateway.when(() => gateway.lines.length > 0);
  await execa('sh', ['-c', setting('ExecReload')], { env: { MAINPID: String(gateway.pid) } });
  await gateway.when(() => gateway.stderr.includes(' config_reloaded '));
  gateway.child.kill('SIGTERM');
  assert.equal((await gateway.exited).code, 0);

  const resolved = `sallyport config show --serve --resolved --json --config ${example('gateway.yaml')}`;
  const shown = await new Reader(t, keys).type(resolved);
  const drain = JSON.parse(shown.stdout).settings.find(({ path }: { path: string }) => path === 'server.drain').value;
  assert.match(drain, /^\d+s$/);
  assert.ok(Number(setting('TimeoutStopSec')) >= Number.parseInt(drain, 10) + 5);
});

test('systemd knows every line of the unit and finds it confined', {
  skip: Number(version) >= 250 ? false : 'needs systemd 250',
}, async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'sallyport.service');
  writeFileSync(file, UNIT.replace('ExecStart=sallyport', `ExecStart=${process.execPath}`));
  const verified = await execa('systemd-analyze', ['verify', file], { all: true, reject: false });
  assert.deepEqual([verified.exitCode, verified.all], [0, '']);
  const judged = await execa('systemd-analyze', ['security', '--offline=yes', '--threshold=20', file], {
    reject: false,
  });
  assert.equal(judged.exitCode, 0, judged.stdout);
});
