import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseWhen, WhenFault } from '../../../lib/config/words/alert-when.ts';
import { ALERT_EVENTS, AUDIT_EVENTS, ENDED_BY } from '../../../lib/model/audit-events.ts';
import { ROOT } from '../../support/paths.ts';

function faultOf(when: string): string {
  try {
    parseWhen(when);
  } catch (error) {
    assert.ok(error instanceof WhenFault, String(error));
    return error.message;
  }
  return 'none';
}

test('a rate says what is counted, how often is too often and within which time', () => {
  const plain = { kind: 'rate', measure: 'denied', filters: [], most: 20, windowMs: 300_000, per: undefined };
  assert.deepEqual(parseWhen('denied > 20 in 5m'), plain);
  assert.deepEqual(parseWhen(' denied>20  in\t5m '), plain);
  assert.deepEqual(parseWhen('denied > 20 in 5m per principal'), { ...plain, per: 'principal' });
  assert.deepEqual(parseWhen('errors > 0 in 1s per tool'), {
    ...plain,
    measure: 'errors',
    most: 0,
    windowMs: 1000,
    per: 'tool',
  });
});

test('filters choose the records that count, by whole values or by how they begin', () => {
  const { filters } = parseWhen('denied where code = SP31* and tool = "files/a b\\"c" > 5 in 1m') as {
    filters: unknown;
  };
  assert.deepEqual(filters, [
    { field: 'code', value: 'SP31', isPrefix: true },
    { field: 'tool', value: 'files/a b"c', isPrefix: false },
  ]);
  assert.deepEqual(parseWhen('event = backend_down where backend = github'), {
    kind: 'event',
    event: 'backend_down',
    filters: [{ field: 'backend', value: 'github', isPrefix: false }],
  });
});

test('a budget is named, or any is meant', () => {
  assert.deepEqual(parseWhen('budget spent >= 80%'), { kind: 'budget', budget: undefined, share: 0.8 });
  assert.deepEqual(parseWhen('budget daily-spend spent >= 100 %'), {
    kind: 'budget',
    budget: 'daily-spend',
    share: 1,
  });
});

test('whatever is wrong is said with its place and what belongs there', () => {
  const faults: readonly [string, RegExp][] = [
    ['', /^the end stands where one of calls, denied, .* is expected, at character 1$/],
    ['denid > 5 in 1m', /^"denid" counts nothing that is known; did you mean "denied"\?, at character 1$/],
    ['denied >= 5 in 1m', /^">=" stands where ">" is expected, or "where" with a filter, at character 8$/],
    ['denied > five in 1m', /^"five" must be a number of times, a whole number from 0 to 1000000, at character 10$/],
    ['denied > -1 in 1m', /^"-1" must be a number of times/],
    ['denied > 5', /^the end stands where "in" is expected, at character 11$/],
    ['denied > 5 in 1', /^"1" must be a duration from 1s to 24h/],
    ['denied > 5 in 25h', /^"25h" must be a duration/],
    ['denied > 5 in 500ms', /^"500ms" must be a duration/],
    ['denied > 5 in 1m per session', /^"session" is not counted by/],
    ['denied > 5 in 1m now', /^"now" stands behind what is whole already, at character 18$/],
    ['denied where colour = red > 5 in 1m', /^"colour" is no filter, at character 14$/],
    ['denied where code = > 5 in 1m', /^">" stands where a value is expected/],
    ['denied where code = S*1 > 5 in 1m', /^"S\*1" may have one "\*", at its end/],
    ['denied where code = "SP1 > 5 in 1m', /^""" is not closed, at character 21$/],
    ['event = tool_chnaged', /^"tool_chnaged" is no event; did you mean "tool_changed"\?, at character 9$/],
    ['event = constructor', /^"constructor" is no event/],
    ['event = alert_fired', /^"alert_fired" is an event of alerts, and an alert cannot be about those/],
    ['budget spent > 80%', /^">" stands where ">=" is expected/],
    ['budget spent >= 80', /^the end stands where "%" is expected/],
    ['budget spent >= 0%', /^"0" must be a number of percent/],
    ['denied ; rm -rf', /^";" does not belong there, at character 8$/],
    ['denied > 5 in 1m \u{1f600}', /does not belong there/],
    [`denied where ${'x'.repeat(600)}`, /is too long: 500 characters at most/],
  ];
  for (const [when, fault] of faults) assert.match(faultOf(when), fault, when);
  const five = Array.from({ length: 5 }, () => 'code = a').join(' and ');
  assert.match(faultOf(`denied where ${five} > 5 in 1m`), /there may be 4 filters at most/);
});

test('every event that is noted anywhere is one that an alert can be about', () => {
  const folders = ['lib', 'cli', 'backends'].map((name) => join(ROOT, name));
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => readFileSync(join(folder, name), 'utf8')),
  );
  const noted = files.flatMap((text) =>
    [...text.matchAll(/\b(?:event|unwritten)\??\.?\(\s*'([a-z_]+)'/g)].map(([, name]) => name!),
  );
  const known = (name: string) => Object.hasOwn(AUDIT_EVENTS, name) || ALERT_EVENTS.has(name) || name === 'unasked';
  assert.ok(noted.length > 25, `only ${noted.length} events`);
  assert.deepEqual([...new Set(noted.filter((name) => !known(name)))], [], 'add them to lib/model/audit-events.ts');
  for (const pair of Object.entries(ENDED_BY).flat()) assert.ok(Object.hasOwn(AUDIT_EVENTS, pair), pair);
});
