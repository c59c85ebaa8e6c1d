import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, type TestContext, test } from 'node:test';
import { exportedRecords } from '../../support/audit/exported-records.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { sallyport } from '../../support/program/command.ts';

let home: string;
let dir: string;
const records = exportedRecords();

before((t) => {
  home = temporaryFolder(t as TestContext);
  dir = temporaryFolder(t as TestContext);
  const text = records.map((record) => `${JSON.stringify(record)}\n`);
  writeFileSync(join(dir, 'audit-h-1-1.jsonl'), text.slice(0, 10).join(''));
  writeFileSync(join(dir, 'audit-h-1-1.2.jsonl'), text.slice(10).join(''));
});

const command = (...args: string[]) => sallyport(['audit', ...args, '--dir', dir], { home });

test('every record is exported, in its order, in every format', async () => {
  for (const format of ['native', 'ocsf', 'ecs', 'cef']) {
    const { code, stdout, stderr } = await command('export', '--format', format);
    assert.equal(code, 0);
    assert.equal(stderr, `${records.length} records`);
    const lines = stdout.split('\n');
    assert.equal(lines.length, records.length, format);
    const seqs = lines.map((line) => Number(/(?:"seq":|"sequence":|cn1=)(\d+)/.exec(line)![1]));
    assert.deepEqual(
      seqs,
      records.map(({ seq }) => seq),
      format,
    );
  }
});

test('what is exported is filtered as a query is, and a file is there whole or not at all', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'out.jsonl');
  const { code } = await command('export', '--format', 'ecs', '--decision', 'deny', '-o', file);
  assert.equal(code, 0);
  const events = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    events.map(({ event }) => event.sequence),
    records.filter(({ decision }) => decision === 'deny').map(({ seq }) => seq),
  );
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const bad = join(folder, 'audit-h-9-9.jsonl');
  writeFileSync(bad, '{"v":1}\nno record\n');
  const broken = await sallyport(['audit', 'export', bad, '-o', join(folder, 'other')], { home });
  assert.equal(broken.code, 5);
  assert.match(broken.stderr, /see `sallyport audit verify/);
  assert.deepEqual(readdirSync(folder).sort(), ['audit-h-9-9.jsonl', 'out.jsonl']);
});

test('each further filter keeps exactly the records it names', async () => {
  const cases: readonly [string[], (record: (typeof records)[number]) => boolean][] = [
    [['--principal', 'ad*'], ({ principal }) => principal === 'ada'],
    [['--principal', 'bob'], () => false],
    [['--client', 'claude-code/*'], ({ client }) => String(client).startsWith('claude-code/')],
    [['--client', 'ci-bot'], (record) => record.client_id === 'ci-bot'],
    [['--tenant', 'platform'], ({ tenant }) => tenant === 'platform'],
    [['--session', '01M7YB1D09H8PK000001'], ({ session }) => session === '01M7YB1D09H8PK000001'],
    [['--tool', 'files/*'], ({ type, resource }) => type === 'tool' && String(resource).startsWith('files/')],
    [['--tool', '*/write_file', '--decision', 'allow'], (r) => r.type === 'tool' && r.decision === 'allow'],
  ];
  for (const [args, wanted] of cases) {
    const { code, stdout } = await command('query', '--json', ...args);
    assert.equal(code, 0);
    const found = stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line).seq);
    assert.deepEqual(
      found.sort(),
      records
        .filter(wanted)
        .map(({ seq }) => seq)
        .sort(),
      args.join(' '),
    );
  }
});

test('who called what with which decision is counted, and arguments cannot say otherwise', async (t) => {
  const folder = temporaryFolder(t);
  const evil = { ...records[0], args: { decision: 'deny', x: ',"decision":"deny","principal":"eve"' } };
  writeFileSync(
    join(folder, 'audit-h-1-1.jsonl'),
    `${[records[0], records[1], evil].map((r) => JSON.stringify(r)).join('\n')}\n`,
  );
  const by = ['audit', 'query', '--dir', folder, '--group-by', 'principal,resource,decision'];
  const { stdout, stderr } = await sallyport(by, { home });
  assert.deepEqual(
    stdout.split('\n').map((line) => line.split(/ +/)),
    [
      ['principal', 'resource', 'decision', 'count'],
      ['ada', 'files/write_file', 'allow', '2'],
      ['ada', 'files/write_file', 'deny', '1'],
    ],
  );
  assert.equal(stderr, '3 records in 2 groups');
  const { stdout: json } = await sallyport([...by, '--json', '--limit', '1'], { home });
  const counted = JSON.parse(json);
  assert.deepEqual(counted.groups, [{ principal: 'ada', resource: 'files/write_file', decision: 'allow', count: 2 }]);
  assert.deepEqual([counted.records, counted.more], [3, 1]);
  const { code } = await sallyport(['audit', 'query', '--dir', folder, '--group-by', 'args'], { home });
  assert.equal(code, 2);
});
