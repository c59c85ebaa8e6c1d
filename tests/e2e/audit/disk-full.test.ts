import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { type Message, Peer } from '../../support/mcp/peer.ts';
import { CLI } from '../../support/paths.ts';
import { sallyport } from '../../support/program/command.ts';
import { auditFiles, fixtureBackend, isolatedHome, readLines } from '../../support/program/gateway.ts';

const runs = (command: string, ...args: string[]) => spawnSync(command, args).status === 0;
const CAN_MOUNT = runs('unshare', '-Urm', 'mount', '-t', 'tmpfs', 'none', '/tmp');
const CAN_LIMIT = process.platform === 'linux' && runs('prlimit', '--version');

const refusedForLog = (answer: Message) => answer.result?._meta?.['dev.sallyport/denial']?.code === 'SP7001';

/** The command line of a gateway with one backend, its config in `home`. */
function runCommand(home: string, audit: string): string[] {
  const config = join(home, 'sallyport.yaml');
  writeFileSync(config, `version: 1\naudit: ${audit}\nbackends:\n${fixtureBackend('one')}`);
  return [process.execPath, CLI, 'run', '--config', config];
}

test('a write that breaks off half-way leaves whole records only', { skip: !CAN_LIMIT }, async (t) => {
  const home = temporaryFolder(t);
  const dir = join(home, 'audit');
  const command = runCommand(home, `{dir: "${dir}", include_arguments: full}`);
  const gateway = new Peer(t, 'sh', ['-c', 'ulimit -S -f 8; exec "$@"', 'sh', ...command], { env: isolatedHome(home) });
  await gateway.initialize();
  const text = 'x'.repeat(1500);
  let made = 0;
  for (; made < 20; made++) if (refusedForLog(await gateway.call('echo', { made, text }))) break;
  assert.ok(made > 0 && made < 20, `${made} calls fitted`);
  const [file] = auditFiles(dir);
  assert.ok(readFileSync(file!, 'utf8').endsWith('}\n'));
  assert.equal((await sallyport(['audit', 'verify', dir], { home })).code, 0);
  assert.ok(runs('prlimit', '--pid', String(gateway.pid), '--fsize=unlimited'));
  assert.ok(!refusedForLog(await gateway.call('echo', { text })));
  await gateway.end();
  const records = readLines(file!).map((line) => JSON.parse(line));
  assert.deepEqual(
    records.map(({ seq }) => seq),
    records.map((_, i) => i + 1),
  );
  assert.equal((await sallyport(['audit', 'verify', dir], { home })).code, 0);
});

test('a full disk costs the reserve first, with an alarm, and then calls until there is room', {
  skip: !CAN_MOUNT,
}, async (t) => {
  const home = temporaryFolder(t);
  const disk = join(home, 'disk');
  mkdirSync(disk);
  const command = runCommand(home, `{dir: "${disk}/audit", include_arguments: full}`);
  const mount = 'mount -t tmpfs -o size=512k none "$1" && head -c 200k /dev/zero > "$1/filler" && shift && exec "$@"';
  const inside = ['-Urm', 'sh', '-c', mount, 'sh', disk, ...command];
  const gateway = new Peer(t, 'unshare', inside, { env: isolatedHome(home) });
  await gateway.initialize();
  const text = 'x'.repeat(3800);
  const seenInside = join('/proc', String(gateway.pid), 'root', disk);
  const reserves = () => readdirSync(join(seenInside, 'audit')).filter((name) => name.endsWith('.reserve'));
  let onReserve = 0;
  let made = 0;
  for (; made < 200; made++) {
    if (refusedForLog(await gateway.call('echo', { made, text }))) break;
    if (reserves().length === 0) onReserve++;
  }
  assert.ok(made < 200 && made - onReserve > 3, `${made - onReserve} calls before the reserve was touched`);
  assert.ok(onReserve > 40, `${onReserve} calls on the reserve`);
  await gateway.when(() => /went into its reserve[\s\S]*\[SP7001\] ENOSPC/.test(gateway.stderr));
  rmSync(join(seenInside, 'filler'));
  assert.ok(!refusedForLog(await gateway.call('echo', { text })));
  const copy = join(home, 'copy.jsonl');
  const [segment] = auditFiles(join(seenInside, 'audit'));
  writeFileSync(copy, readFileSync(segment!));
  const verified = await sallyport(['audit', 'verify', copy], { home });
  assert.equal(verified.code, 0, verified.stdout);
});
