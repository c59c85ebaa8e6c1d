import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { FIELDS } from '../../../lib/audit/export/fields.ts';
import { toFormat } from '../../../lib/audit/export/form.ts';
import { VERSION } from '../../../lib/model/version.ts';
import { exportedRecords } from '../../support/audit/exported-records.ts';
import { ROOT } from '../../support/paths.ts';

const GOLDEN = join(ROOT, 'tests', 'fixtures', 'audit-export');
const LOG = 'audit-host-7-1000';

/** What an event of a format is like, with the version of this build taken out of it. */
function written(format: 'ocsf' | 'ecs' | 'cef'): string {
  const lines = exportedRecords().map((record) => toFormat(format, record, LOG).replaceAll(VERSION, 'VERSION'));
  return `${lines.join('\n')}\n`;
}

for (const format of ['ocsf', 'ecs', 'cef'] as const) {
  test(`every kind of record is written as ${format} as it always was`, () => {
    const file = join(GOLDEN, format === 'cef' ? 'records.cef' : `records.${format}.jsonl`);
    if (process.env.UPDATE_PINS === '1') writeFileSync(file, written(format));
    assert.equal(written(format), readFileSync(file, 'utf8'));
  });

  test(`no member of any record is lost in ${format}`, () => {
    for (const record of exportedRecords()) {
      const text = toFormat(format, record, undefined);
      for (const [name, value] of Object.entries(record)) {
        if (['v', 'ts', 'kind', 'code', 'ms'].includes(name) || typeof value !== 'string') continue;
        const escaped = format === 'cef' ? value.replaceAll(/[\\=]/g, '\\$&') : JSON.stringify(value).slice(1, -1);
        assert.ok(text.includes(escaped), `${name} of ${JSON.stringify(record)} in ${text}`);
      }
    }
  });

  test(`a record nobody knows comes through as ${format}, with all it holds`, () => {
    const strange = {
      v: 9,
      'a.b': 1,
      a_b: 2,
      'a b': 3,
      __proto__x: 4,
      unmapped: { x: 'y' },
      sallyport: 5,
      event: { z: 6 },
    };
    const text = toFormat(format, strange, LOG);
    assert.equal(text.split('\n').length, 1);
    for (const part of ['1', '2', '3', '4', 'y', '5', '6']) assert.ok(text.includes(part), part);
  });
}

test('a member stands once in the table of fields', () => {
  const names = FIELDS.map(({ name }) => name);
  assert.deepEqual(names, [...new Set(names)]);
});

test('CEF escapes bars and backslashes in its header, equals signs, backslashes and line ends in its extension', () => {
  const record = {
    kind: 'call',
    code: 'SP3002',
    action: 'a|b\\c\nd=e',
    decision: 'deny',
    resource: 'x|y',
    detail: 'p|q\\r=s\nt\r\nu\u202ev',
  };
  const text = toFormat('cef', record, undefined);
  assert.equal(
    text,
    `CEF:0|Sallyport|Sallyport|${VERSION}|SP3002|a\\|b\\\\c d=e x\\|y deny|5|cat=call ` +
      'requestMethod=a|b\\\\c\\nd\\=e act=deny request=x|y msg=p|q\\\\r\\=s\\nt\\r\\nu\\\\u202ev',
  );
});

test('what acts on a terminal or ends a line stands in no format as it is', () => {
  const record = {
    v: 1,
    seq: 1,
    kind: 'call',
    action: 'x',
    resource: 'a\u001b[2J\u2028\n\u0000b',
    args: { 'k\n': '\u009b' },
  };
  for (const format of ['native', 'ocsf', 'ecs', 'cef'] as const)
    assert.match(toFormat(format, record, LOG), /^[\x20-\x7e]+$/, format);
});

test('an OCSF event has what its class must have', () => {
  for (const record of exportedRecords()) {
    const event = JSON.parse(toFormat('ocsf', record, LOG));
    const text = JSON.stringify(record);
    assert.equal(event.type_uid, event.class_uid * 100 + event.activity_id, text);
    assert.equal(event.category_uid, Math.floor(event.class_uid / 1000), text);
    assert.equal(event.metadata.version, '1.8.0');
    assert.ok(event.metadata.product.name && event.severity_id >= 1 && Number.isInteger(event.time), text);
    if (event.class_uid === 6003) {
      assert.ok(event.actor.user.uid && event.api.operation && event.src_endpoint.name, text);
      assert.ok(event.api.request.uid && event.message_context.service.name, text);
    } else if (event.class_uid === 2004) {
      assert.ok(event.finding_info.uid && event.finding_info.title && event.finding_info.analytic.type_id, text);
    } else assert.equal(event.class_uid, 0);
  }
});

test('calls are API activity, denials by inspection and drifting tools are findings, the rest is neither', () => {
  const classes = exportedRecords().map((record) => [
    String(record.check ?? record.event ?? record.kind),
    JSON.parse(toFormat('ocsf', record, LOG)).class_uid,
  ]);
  const of = (name: string) => classes.filter(([one]) => one === name).map(([, uid]) => uid);
  assert.deepEqual([...new Set(of('access'))], [6003]);
  assert.deepEqual([...new Set(of('injection'))], [2004]);
  assert.deepEqual(of('tool_changed'), [2004]);
  assert.deepEqual(of('session_started'), [0]);
  assert.deepEqual(of('refused'), [0]);
});
