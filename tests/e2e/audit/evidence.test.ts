import assert from 'node:assert/strict';
import { cpSync, existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, type TestContext, test } from 'node:test';
import { checkpointFiles } from '../../support/audit/signed-log.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { sallyport } from '../../support/program/command.ts';
import { auditFiles, type GatewayPeer, readLines, wrapFixture } from '../../support/program/gateway.ts';

const CALLS = 6;
let gateway: GatewayPeer;
/** What `audit key` printed, in a file. */
let publicKey = '';
let copies = '';

/** A gateway that signs every four records, and leaves copies elsewhere. */
before(async (t) => {
  const home = temporaryFolder(t as TestContext);
  copies = join(home, 'elsewhere');
  const audit = `{ checkpoints: true, checkpoint_every: 4, checkpoint_copy_to: "${copies}" }`;
  gateway = wrapFixture(t as TestContext, [], {
    home,
    config: `version: 1\naudit: ${audit}\nsecurity: { registry: { pin: off } }\n`,
  });
  await gateway.initialize();
  for (let n = 1; n <= CALLS; n++) await gateway.call('echo', { n });
  await gateway.end();
  publicKey = join(home, 'audit.pub');
  writeFileSync(publicKey, (await sallyport(['audit', 'key'], { home })).stdout);
});

/** A copy of the log in a folder of its own. */
function copied(t: TestContext): string {
  const dir = join(temporaryFolder(t), 'audit');
  cpSync(gateway.auditDir, dir, { recursive: true });
  return dir;
}

const run = (...args: string[]) => sallyport(args, { home: gateway.home });
const idOf = (n: number) => gateway.records.find(({ kind, args }) => kind === 'call' && args?.n === n)!.id as string;

test('a gateway signs its log to the end with a key of its own, here and elsewhere', async () => {
  assert.ok(existsSync(join(gateway.home, 'config', 'sallyport', 'audit.key')));
  assert.match(readFileSync(publicKey, 'utf8'), /^sallyport\/[0-9a-f]{16}\+[0-9a-f]{8}\+A[A-Za-z0-9+/]{43}\n?$/);
  const { code, stdout } = await run('audit', 'verify', gateway.auditDir);
  assert.equal(code, 0, stdout);
  assert.match(stdout, /^ {2}records 1 to \d+ are signed$/m);
  assert.match(stdout, /covered to its end; a tail cut off with its checkpoints shows only with `--against`/);
  const against = await run('audit', 'verify', '--against', copies, gateway.auditDir, '--json');
  const { ok, tail, chains } = JSON.parse(against.stdout);
  assert.deepEqual([against.code, ok, tail], [0, true, 'covered elsewhere']);
  assert.equal(chains[0].coverage.upToElsewhere, chains[0].records);
});

test('somebody with the public key alone verifies, and somebody without any is told so', async (t) => {
  const home = temporaryFolder(t);
  const dir = copied(t);
  const named = await sallyport(['audit', 'verify', '--key', publicKey, dir], { home });
  assert.match(named.stdout, /are signed$/m);
  const written = await sallyport(['audit', 'verify', '--key', readFileSync(publicKey, 'utf8').trim(), dir], { home });
  assert.match(written.stdout, /are signed$/m);
  const without = await sallyport(['audit', 'verify', dir], { home });
  assert.match(without.stdout, /of an unknown key, whose signatures were not checked; name it with `--key`/);
  assert.match(without.stdout, /^tail not provable/m);
  const other = await sallyport(['audit', 'key'], { home });
  const wrong = await sallyport(['audit', 'verify', '--key', other.stdout.trim(), dir], { home });
  assert.deepEqual(
    [wrong.code, /first bad checkpoint: .* line 1: it is signed by .*\(SP7006\)/.test(wrong.stdout)],
    [5, true],
  );
  const nonsense = await sallyport(['audit', 'verify', '--key', 'nonsense', dir], { home });
  assert.equal(nonsense.code, 2);
});

test('a tail cut off is found by the checkpoints beside it, or by those elsewhere when these were cut as well', async (t) => {
  const dir = copied(t);
  const [segment] = auditFiles(dir);
  const lines = readLines(segment!);
  writeFileSync(
    segment!,
    lines
      .slice(0, -5)
      .map((line) => `${line}\n`)
      .join(''),
  );
  const beside = await run('audit', 'verify', dir);
  assert.equal(beside.code, 5);
  assert.match(
    beside.stdout,
    /first bad checkpoint: .*: it covers \d+ records, and the log ends after \d+: its tail was cut off/,
  );
  rmSync(checkpointFiles(dir)[0]!);
  const alone = await run('audit', 'verify', dir);
  assert.deepEqual([alone.code, /^tail not provable: there are no checkpoints/m.test(alone.stdout)], [0, true]);
  const elsewhere = await run('audit', 'verify', '--against', checkpointFiles(copies)[0]!, dir);
  assert.deepEqual([elsewhere.code, /its tail was cut off/.test(elsewhere.stdout)], [5, true]);
});

test('a log that is gone whole is missed where checkpoints elsewhere know of it', async (t) => {
  const dir = copied(t);
  for (const segment of auditFiles(dir)) rmSync(segment);
  const alone = await run('audit', 'verify', dir);
  assert.deepEqual([alone.code, /^gone .*its records are not here/m.test(alone.stdout)], [0, true]);
  const elsewhere = await run('audit', 'verify', '--against', copies, dir);
  assert.equal(elsewhere.code, 5);
  assert.match(elsewhere.stdout, /^BROKEN {2}sallyport\/.*: none of the \d+ records is here/m);
});

test('records after the last checkpoint are counted', async (t) => {
  const dir = copied(t);
  const [path] = checkpointFiles(dir);
  const notes = readFileSync(path!, 'utf8').split(/(?<=\n)(?=sallyport\/)/);
  writeFileSync(path!, notes.slice(0, 2).join(''));
  const { code, stdout } = await run('audit', 'verify', dir);
  assert.equal(code, 0);
  assert.match(stdout, /records 1 to \d+ are signed; \d+ lie after the last checkpoint/);
  assert.match(stdout, /^tail not provable: records after the last checkpoint could have been cut off/m);
});

test('a record is proven without the log, its decision and its outcome, and nothing altered is', async (t) => {
  const home = temporaryFolder(t);
  const file = join(home, 'record.tlog-proof');
  const made = await run('audit', 'prove', idOf(3), '-o', file);
  assert.equal(made.code, 0, made.stderr);
  const check = (path: string, ...more: string[]) => sallyport(['audit', 'check-proof', path, ...more], { home });
  const checked = await check(file, '--key', publicKey);
  assert.equal(checked.code, 0, checked.stdout);
  assert.match(checked.stdout, /^ok {6}record \d+ of sallyport\/.*, which had \d+ records when it was signed$/m);
  const record = JSON.parse((await check(file, '--key', publicKey, '--json')).stdout);
  assert.deepEqual(JSON.parse(record.record).args, { n: 3 });
  const outcome = await run('audit', 'prove', idOf(3), '--outcome');
  writeFileSync(join(home, 'outcome'), outcome.stdout);
  assert.match((await check(join(home, 'outcome'), '--key', publicKey)).stdout, /"kind":"done"/);
  const text = readFileSync(file, 'utf8');
  const extra = /^extra (.*)$/m.exec(text)![1]!;
  const forged = Buffer.from(Buffer.from(extra, 'base64').toString().replace('"n":3', '"n":4')).toString('base64');
  const cases: readonly [string, string, RegExp][] = [
    ['another record', text.replace(extra, forged), /do not lead from the record/],
    [
      'another place',
      text.replace(/^index (\d+)$/m, (_, index) => `index ${Number(index) + 1}`),
      /do not lead from the record/,
    ],
    ['a hash less', text.replace(/^(index .*\n).*\n/m, '$1'), /do not lead from the record/],
    [
      'another size',
      text.replace(/\n(\d+)\n(?=.*\n\n\u2014)/, '\n$10\n'),
      /the signature of its checkpoint does not fit/,
    ],
  ];
  for (const [what, altered, why] of cases) {
    assert.notEqual(altered, text, what);
    writeFileSync(file, altered);
    const { code, stdout } = await check(file, '--key', publicKey);
    assert.deepEqual([code, why.test(stdout)], [5, true], `${what}: ${stdout}`);
  }
  writeFileSync(file, text.slice(0, -30));
  assert.equal((await check(file, '--key', publicKey)).code, 5);
  writeFileSync(file, 'c2sp.org/tlog-proof@v1');
  const { code, stderr } = await check(file, '--key', publicKey);
  assert.deepEqual([code, /is no proof of a record/.test(stderr)], [5, true]);
  truncateSync(file, 65 * 1024 * 1024);
  assert.match((await check(file, '--key', publicKey)).stderr, /it is larger than any proof/);
});

test('a record is proven by its number in a log that is named, and what cannot be proven is said', async () => {
  const [segment] = auditFiles(gateway.auditDir);
  const numbered = await run('audit', 'prove', '1', '--log', segment!);
  assert.match(numbered.stdout, /^c2sp\.org\/tlog-proof@v1\nextra \S+\nindex 0\n/);
  const unnamed = await run('audit', 'prove', '1');
  assert.deepEqual([unnamed.code, /say which log with `--log FILE`/.test(unnamed.stderr)], [2, true]);
  const unknown = await run('audit', 'prove', '9999', '--log', segment!);
  assert.deepEqual([unknown.code, /no such record/.test(unknown.stderr)], [2, true]);
});

test('nothing is proven by a log that was changed', async (t) => {
  const dir = copied(t);
  const [segment] = auditFiles(dir);
  writeFileSync(segment!, readFileSync(segment!, 'utf8').replace('"n":2', '"n":7'));
  const { code, stdout, stderr } = await run('audit', 'prove', idOf(2), '--dir', dir);
  assert.deepEqual([code, stdout, /the log does not fit its checkpoint of \d+ records/.test(stderr)], [5, '', true]);
});

test('without being told to, `wrap` signs nothing and makes no key', async (t) => {
  const plain = wrapFixture(t);
  await plain.initialize();
  await plain.end();
  assert.deepEqual(checkpointFiles(plain.auditDir), []);
  assert.equal(existsSync(join(plain.home, 'config', 'sallyport', 'audit.key')), false);
});
