import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { systemClock } from '../../../lib/model/clock.ts';
import type { LogConfig } from '../../../lib/model/config.ts';
import { createMask } from '../../../lib/model/mask.ts';
import { DiagnosticLog } from '../../../lib/observe/log.ts';
import { temporaryFolder } from '../../support/folder.ts';

const SECRET = 's3cr3t-value';

function openLog(t: TestContext, settings: Partial<LogConfig> = {}, dir?: string) {
  const home = temporaryFolder(t);
  const config: LogConfig = { level: 'info', file: undefined, format: 'text', ...settings };
  const told: string[] = [];
  const around = {
    clock: systemClock,
    mask: createMask([SECRET]),
    dir: dir ?? join(home, 'state', 'log'),
    fallbackDir: join(home, 'tmp', 'log'),
    stderr: (line: string) => void told.push(line),
  };
  return { log: new DiagnosticLog(config, around), told, dir: around.dir, fallbackDir: around.fallbackDir, home };
}

const linesIn = (dir: string) =>
  readdirSync(dir).flatMap((name) => readFileSync(join(dir, name), 'utf8').trimEnd().split('\n'));

test('entries wait until the writer may be loaded, and then go to one file only its owner can read', async (t) => {
  const { log, dir } = openLog(t);
  log.write('info', 'before', { n: 1 });
  assert.throws(() => readdirSync(dir));
  log.open();
  log.write('warn', 'after', { text: 'two words', nothing: undefined });
  await log.close();
  const [name, ...others] = readdirSync(dir);
  assert.deepEqual(others, []);
  assert.match(name!, new RegExp(`^sallyport-${process.pid}-\\d+\\.log$`));
  assert.equal(statSync(join(dir, name!)).mode & 0o777, 0o600);
  assert.equal(statSync(dir).mode & 0o777, 0o700);
  const [first, second] = linesIn(dir);
  assert.match(first!, /^\S+Z INFO {2}before n=1$/);
  assert.match(second!, /^\S+Z WARN {2}after text="two words"$/);
});

test('without an entry there is no file, however long the log is open', async (t) => {
  const { log, dir } = openLog(t);
  log.open();
  log.write('debug', 'below the level');
  await log.close();
  assert.throws(() => readdirSync(dir));
  const closed = openLog(t);
  closed.log.write('info', 'never opened');
  await closed.log.close();
  assert.equal(linesIn(closed.dir).length, 1, 'what waited is written at the end');
});

test('whoever writes more than a few entries gets all of them, in order and in one file', async (t) => {
  const { log, dir } = openLog(t);
  log.open();
  const written = () => (existsSync(dir) ? linesIn(dir).length : 0);
  for (const upTo of [50, 250, 400]) {
    for (let i = upTo === 50 ? 0 : upTo === 250 ? 50 : 250; i < upTo; i++) log.write('info', `entry${i}`);
    while (written() < upTo) await setTimeout(5);
  }
  log.write('info', 'last');
  await log.close();
  assert.equal(readdirSync(dir).length, 1);
  assert.deepEqual(
    linesIn(dir).map((line) => line.split(' ').at(-1)),
    [...Array.from({ length: 400 }, (_, i) => `entry${i}`), 'last'],
  );
});

test('an entry below the level is left out, and errors are told once each on standard error', async (t) => {
  const { log, told, dir } = openLog(t, { level: 'warn' });
  log.open();
  log.write('info', 'chatter');
  for (let i = 0; i < 3; i++) log.write('error', 'backend_down', { code: 'SP5001', why: `it said ${SECRET}\u001b[2J` });
  log.write('error', 'another', { code: 'SP5002', why: 'something else' });
  await log.close();
  assert.deepEqual(told, ['sallyport: [SP5001] it said [masked]\\u001b[2J', 'sallyport: [SP5002] something else']);
  assert.equal(linesIn(dir).length, 4);
  for (let i = 0; i < 2000; i++) log.write('error', 'flood', { why: String(i) });
  assert.ok(told.length <= 500, 'a flood of different errors does not fill the screen');
});

test('in JSON an entry is one object a line, printable and without secrets', async (t) => {
  const { log, dir } = openLog(t, { format: 'json' });
  log.write('info', 'stderr', { backend: 'a', line: `\u202e${SECRET}\r\n`, nested: { [SECRET]: 1 }, n: 1 });
  await log.close();
  const [line] = linesIn(dir);
  assert.match(line!, /^[\x20-\x7e]+$/);
  const { ts, ...rest } = JSON.parse(line!);
  assert.match(ts, /Z$/);
  const wanted = { backend: 'a', line: '\u202e[masked]\r\n', nested: { '[masked]': 1 }, n: 1 };
  assert.deepEqual(rest, { level: 'info', event: 'stderr', ...wanted });
});

test('in text no value can pass for another field or line', async (t) => {
  const { log, dir } = openLog(t);
  log.write('info', 'stderr', { line: 'x level=ERROR "quoted"\n2026-01-01 ERROR faked\u0085' });
  await log.close();
  const lines = linesIn(dir);
  assert.equal(lines.length, 1);
  assert.match(lines[0]!, /line="x level=ERROR \\"quoted\\"\\u000a2026-01-01 ERROR faked\\u0085"$/);
});

test('only the 50 newest files are kept, but those of running processes stay', async (t) => {
  const dir = join(temporaryFolder(t), 'log');
  mkdirSync(dir);
  const add = (name: string, ageSecs: number) => {
    writeFileSync(join(dir, name), 'x\n');
    utimesSync(join(dir, name), 0, Date.now() / 1000 - ageSecs);
  };
  for (let i = 1; i <= 60; i++) add(`sallyport-${2 ** 30 + i}-1.log`, i);
  add(`sallyport-${process.pid}-1.log`, 1000);
  add('notes.log', 1000);
  const { log } = openLog(t, {}, dir);
  log.write('info', 'an entry');
  await log.close();
  const left = readdirSync(dir);
  assert.equal(left.length, 52);
  assert.ok(left.includes('notes.log') && left.includes(`sallyport-${process.pid}-1.log`));
  assert.ok(left.includes(`sallyport-${2 ** 30 + 49}-1.log`) && !left.includes(`sallyport-${2 ** 30 + 50}-1.log`));
});

test('a folder that cannot be made is replaced by the fallback, and that by standard error', async (t) => {
  const obstacle = join(temporaryFolder(t), 'file');
  writeFileSync(obstacle, '');
  const replaced = openLog(t, {}, join(obstacle, 'log'));
  replaced.log.write('info', 'an entry');
  await replaced.log.close();
  assert.equal(linesIn(replaced.fallbackDir).length, 1);
  const nowhere = openLog(t, {}, join(obstacle, 'log'));
  writeFileSync(dirname(nowhere.fallbackDir), '');
  nowhere.log.write('error', 'bad', { why: 'it broke' });
  nowhere.log.write('info', 'an entry', { n: 1 });
  await nowhere.log.close();
  assert.equal(nowhere.told.length, 3, nowhere.told.join('\n'));
  assert.equal(nowhere.told.filter((line) => line.includes('it broke')).length, 1, 'errors are told once');
  assert.match(nowhere.told[1]!, /^sallyport: diagnostics go to standard error: /);
  assert.match(nowhere.told[2]!, /INFO {2}an entry n=1$/);
});

test('a file asked for by name is appended to, and one that cannot be is said', async (t) => {
  const { log, home } = openLog(t, { file: join(temporaryFolder(t), 'deep', 'own.log') });
  log.write('info', 'one');
  await log.close();
  const taken = openLog(t, { file: home });
  taken.log.write('info', 'one');
  await taken.log.close();
  assert.match(taken.told[0]!, /diagnostics go to standard error: EISDIR/);
});
