import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePercent } from '../../../lib/config/words/percent.ts';
import { configOf } from '../../support/config/config-texts.ts';

const BACKENDS = 'version: 1\nbackends: [{ name: files, command: x }]\n';
const anomalyOf = (text: string) => configOf({ config: `${BACKENDS}${text}` }).config.anomaly;

test('calls are not compared with those before unless the config says so, under either profile', () => {
  assert.equal(anomalyOf(''), undefined);
  assert.equal(anomalyOf('profile: strict\n'), undefined);
  assert.equal(anomalyOf('anomaly: { action: deny }\n'), undefined);
});

test('what is left out is usual', () => {
  const { source, ...rest } = anomalyOf('anomaly: { enabled: true }\n')!;
  assert.equal(typeof source, 'string');
  assert.deepEqual(rest, {
    learnMs: 7 * 86_400_000,
    minCalls: 500,
    features: ['rate', 'new_tool', 'arg_shape', 'bytes_out'],
    action: 'flag',
    falsePositives: 0.001,
  });
});

test('a share is a number with a percent sign', () => {
  assert.deepEqual(['0.1%', '1 %', '5%'].map(parsePercent), [0.001, 0.01, 0.05]);
  assert.deepEqual(['0.1', '%', '-1%', '1e3%', ''].map(parsePercent), [
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
