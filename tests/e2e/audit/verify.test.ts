import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { before, type TestContext, test } from 'node:test';
import { hashOf, memberOf, rehashed } from '../../support/audit/chain.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { type Ended, sallyport } from '../../support/program/command.ts';
import { auditFiles, readLines, UNPINNED, wrapFixture } from '../../support/program/gateway.ts';

/** The lines of one sound log: an event, then three calls with their outcomes. */
let sound: string[] = [];

before(async (t) => {
  const gateway = wrapFixture(t as TestContext, [], { config: UNPINNED });
  await gateway.initialize();
  for (const n of [1, 2, 3]) await gateway.call('echo', { n });
  await gateway.end();
  sound = auditFiles(gateway.auditDir).flatMap(readLines);
  assert.equal(sound.length, 7);
});

async function verify(t: TestContext, text: string | Buffer, ...flags: string[]): Promise<Ended & { file: string }> {
  const home = temporaryFolder(t);
  const file = join(home, 'audit-host-1-1.jsonl');
  writeFileSync(file, text);
  return { ...(await sallyport(['audit', 'verify', ...flags, file], { home })), file };
}

const whole = (lines: readonly string[]) => `${lines.join('\n')}\n`;
const changed = (index: number, edit: (line: string) => string) =>
  sound.map((line, i) => (i === index ? edit(line) : line));

test('the chain is what the format says: each hash over the raw bytes before it, which hold the one before', () => {
  let prev = '0'.repeat(64);
  for (const line of sound) {
    assert.ok(line.endsWith(`,"prev":"${prev}","hash":"${hashOf(line)}"}`), line);
    prev = memberOf(line, 'hash');
  }
});

test('a sound log passes, and what it cannot prove is said', async (t) => {
  const { code, stdout } = await verify(t, whole(sound));
  assert.equal(code, 0);
  assert.match(stdout, /^ok {6}.*: 7 records$/m);
  assert.match(stdout, /tail not provable/);
  const json = JSON.parse((await verify(t, whole(sound), '--json')).stdout);
  assert.equal(json.schema_version, 1);
  assert.deepEqual([json.ok, json.tail], [true, 'not provable']);
  const [chain] = json.chains;
  assert.deepEqual([chain.records, chain.unfinished, chain.beginsLater, chain.open], [7, false, false, []]);
  assert.equal(chain.lastHash, memberOf(sound.at(-1)!, 'hash'));
});

test('the first bad record is named, with exit code 5, whatever was done to the log', async (t) => {
  const forged = changed(3, (line) => rehashed(line.replace('"n":2', '"n":9')));
  const twice = changed(2, (line) => rehashed(line.replace('"kind":"done"', '"kind":"done","kind":"done"')));
  const nested = changed(3, (line) => rehashed(line.replace('"n":2', '"n":2,"n":2')));
  const deep = '['.repeat(100_000) + ']'.repeat(100_000);
  const cases: readonly [string, readonly string[], number, RegExp][] = [
    ['a changed byte', changed(3, (line) => line.replace('"n":2', '"n":3')), 4, /does not fit its bytes/],
    ['a removed line', sound.filter((_, i) => i !== 2), 3, /does not follow/],
    [
      'the first lines removed are no fault, but one in the middle is',
      sound.slice(2).filter((_, i) => i !== 1),
      2,
      /follow/,
    ],
    ['swapped lines', [...sound.slice(0, 2), sound[3]!, sound[2]!, ...sound.slice(4)], 3, /does not follow/],
    ['an inserted line', [...sound.slice(0, 4), sound[1]!, ...sound.slice(4)], 5, /does not follow/],
    ['a forged record that was given a fitting hash', forged, 5, /does not follow/],
    ['a duplicated key', twice, 3, /not a record/],
    ['a duplicated key inside the arguments', nested, 4, /not a record/],
    ['nesting without end', changed(3, (line) => rehashed(line.replace('"n":2', `"n":${deep}`))), 4, /not a record/],
    ['a line that is an array', changed(4, () => '[]'), 5, /not a record/],
    ['a line that is null', changed(4, () => 'null'), 5, /not a record/],
    ['an empty line', [...sound.slice(0, 4), '', ...sound.slice(4)], 5, /not a record/],
    ['a line without a hash', changed(5, (line) => line.replace(/,"hash".*/, '}')), 6, /not a record/],
    ['a member after the hash', changed(5, (line) => line.replace(/\}$/, ',"x":1}')), 6, /not a record/],
    ['a space where none was', changed(1, (line) => line.replace(',"seq"', ', "seq"')), 2, /does not fit its bytes/],
    ['a byte that is no character', changed(1, (line) => line.replace('raw-test', 'raw\ufffdtest')), 2, /does not fit/],
  ];
  await Promise.all(
    cases.map(async ([name, lines, at, why]) => {
      const { code, stdout } = await verify(t, whole(lines));
      assert.equal(code, 5, `${name}: ${stdout}`);
      assert.match(stdout, new RegExp(`first bad record: audit-host-1-1.jsonl line ${at}: .*\\(SP7002\\)`), name);
      assert.match(stdout, why, name);
    }),
  );
  const { code, stdout } = await verify(t, whole(forged), '--json');
  const json = JSON.parse(stdout);
  assert.deepEqual([code, json.ok, json.chains[0].fault.line, json.chains[0].fault.code], [5, false, 5, 'SP7002']);
});

test('a record that was not written to its end is reported as unfinished and is no fault', async (t) => {
  const cut = whole(sound).slice(0, -40);
  const { code, stdout } = await verify(t, cut);
  assert.equal(code, 0);
  assert.match(stdout, /: 6 records$/m);
  assert.match(stdout, /the last record is unfinished, as after a crash \(SP7003\)/);
  const lf = await verify(t, whole(sound).slice(0, -1));
  assert.match(lf.stdout, /unfinished/);
  assert.equal(lf.code, 0);
  const inside = await verify(t, whole(changed(3, (line) => line.slice(0, 30))));
  assert.equal(inside.code, 5, 'only the last line may be torn');
});

test('calls without an outcome are listed, and a missing tail is not taken for proof', async (t) => {
  const { code, stdout } = await verify(t, whole(sound.slice(0, 4)));
  assert.equal(code, 0);
  assert.match(stdout, new RegExp(`calls without an outcome: ${JSON.parse(sound[3]!).id}`));
  assert.match(stdout, /tail not provable/);
});

test('segments of one process are one chain in whatever order they are given, and several processes several', async (t) => {
  const home = temporaryFolder(t);
  const dir = join(home, 'logs');
  mkdirSync(dir);
  const segment = (name: string, lines: readonly string[]) => {
    writeFileSync(join(dir, name), whole(lines));
    return join(dir, name);
  };
  const first = segment('audit-h-1-1.jsonl', sound.slice(0, 3));
  const second = segment('audit-h-1-1.2.jsonl', sound.slice(3, 5));
  const tenth = segment('audit-h-1-1.10.jsonl', sound.slice(5));
  segment('audit-h-2-1.jsonl', sound);
  const run = async (...paths: string[]) => {
    const ended = await sallyport(['audit', 'verify', '--json', ...paths], { home });
    return { code: ended.code, chains: JSON.parse(ended.stdout).chains };
  };
  const ordered = await run(tenth, second, first);
  assert.deepEqual([ordered.code, ordered.chains.length, ordered.chains[0].records], [0, 1, 7]);
  const folder = await run(dir);
  assert.deepEqual([folder.code, folder.chains.length], [0, 2]);
  const later = await run(second, tenth);
  assert.deepEqual([later.code, later.chains[0].beginsLater], [0, true]);
  const gap = await run(first, tenth);
  assert.deepEqual([gap.code, gap.chains[0].fault.file, gap.chains[0].fault.line], [5, basename(tenth), 1]);
  const shown = await sallyport(['audit', 'verify', first, tenth], { home });
  assert.match(shown.stdout, /^BROKEN {2}/);
});

test('what is not there is a usage error, and bytes of any kind never crash the verification', async (t) => {
  const home = temporaryFolder(t);
  const missing = await sallyport(['audit', 'verify', join(home, 'nowhere.jsonl')], { home });
  assert.equal(missing.code, 2);
  assert.match(missing.stderr, /does not exist/);
  const binary = await verify(t, readFileSync(process.execPath).subarray(0, 200_000));
  assert.equal(binary.code, 5);
  assert.equal((await verify(t, '')).code, 0);
});
