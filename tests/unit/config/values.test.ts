import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BadReference, interpolate } from '../../../lib/config/files/interpolate.ts';
import { parseDuration, parseSize } from '../../../lib/config/words/units.ts';

const ENV = { NAME: 'ana', TOKEN: 'tok-123456', EMPTY: '', HOME: '/home/ana', PIN: '1234' };

test('references are replaced, with a default where the variable is unset or empty', () => {
  const cases: [string, string][] = [
    ['plain', 'plain'],
    ['${NAME}', 'ana'],
    ['a/${NAME}/b/${NAME}', 'a/ana/b/ana'],
    ['${MISSING:-none}', 'none'],
    ['${MISSING:-}', ''],
    ['${EMPTY:-none}', 'none'],
    ['${EMPTY}', ''],
    ['${NAME:?must be set}', 'ana'],
    ['$${NAME}', '${NAME}'],
    ['$NAME', '$NAME'],
  ];
  for (const [text, expected] of cases) assert.equal(interpolate(text, ENV).text, expected, text);
});

test('a variable that is not set is an error with the name of it', () => {
  assert.throws(() => interpolate('${MISSING}', ENV), /MISSING is not set \(in \$\{MISSING\}\)/);
  assert.throws(() => interpolate('${MISSING:?say who you are}', ENV), /MISSING: say who you are/);
  assert.throws(() => interpolate('${EMPTY:?say who you are}', ENV), BadReference);
});

test('what every object inherits is no variable', () => {
  for (const name of ['constructor', 'toString', '__proto__']) {
    assert.throws(() => interpolate(`\${${name}}`, ENV), BadReference, name);
  }
});

test('values put in are secrets, but for short ones and those everybody knows', () => {
  assert.deepEqual(interpolate('${TOKEN} ${HOME} ${PIN} ${MISSING:-default-value}', ENV).secrets, ['tok-123456']);
});

test('a value that looks like a reference is not interpolated again', () => {
  assert.equal(interpolate('${A}', { A: '${B}', B: 'no' }).text, '${B}');
});

test('sizes count in powers of ten or two, as their unit says', () => {
  const sizes: [string | number, number | undefined][] = [
    [10, 10],
    ['10', 10],
    ['10B', 10],
    ['10 kB', 10_000],
    ['10MB', 10_000_000],
    ['8MiB', 8_388_608],
    ['0.5KiB', 512],
    ['1GB', 1_000_000_000],
    ['10mb', undefined],
    ['10 bytes', undefined],
    ['MB', undefined],
    ['-1MB', undefined],
    ['1e3', undefined],
    ['', undefined],
    [1.5, undefined],
    [-1, undefined],
    [1e300, undefined],
    ['9'.repeat(400), undefined],
    ['9007199254740993', undefined],
  ];
  for (const [text, expected] of sizes) assert.equal(parseSize(text), expected, String(text));
});

test('durations always have a unit', () => {
  const durations: [string, number | undefined][] = [
    ['250ms', 250],
    ['55s', 55_000],
    ['10m', 600_000],
    ['1h', 3_600_000],
    ['90d', 7_776_000_000],
    ['1.5h', 5_400_000],
    ['10', undefined],
    ['10min', undefined],
    ['-5s', undefined],
    ['5S', undefined],
    [`${'9'.repeat(400)}d`, undefined],
  ];
  for (const [text, expected] of durations) assert.equal(parseDuration(text), expected, text);
});
