import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InjectionConfig } from '../../../lib/model/inspection.ts';
import { configOf } from '../../support/config/config-texts.ts';

const BACKENDS = 'version: 1\nbackends: [{ name: files, command: x }]\n';

function injectionOf(text: string, managed?: string): InjectionConfig {
  const { config } = configOf({ config: `${BACKENDS}${text}`, ...(managed === undefined ? {} : { managed }) });
  return config.inspection.injection;
}

test('what stands at the top means the same as what stands under security', () => {
  for (const text of ['injection: SECTION', 'security: { injection: SECTION }']) {
    const section =
      '{ sensitivity: high, action: { response: block }, directions: [response], custom_patterns: [a.b] }';
    const { blockThreshold, actions, channels, customPatterns } = injectionOf(text.replace('SECTION', section));
    assert.deepEqual([blockThreshold, actions.result, actions.args, channels], [0.15, 'block', 'flag', ['result']]);
    assert.deepEqual(
      customPatterns.map(({ glob, source }) => [glob, /:3$/.test(source)]),
      [['a.b', true]],
    );
  }
});

test('a number for the threshold counts before a word, and one action holds for every direction', () => {
  const { blockThreshold, actions } = injectionOf(
    'injection: { sensitivity: low, block_threshold: 0.2, action: redact }',
  );
  assert.equal(blockThreshold, 0.2);
  assert.deepEqual(actions, { args: 'redact', result: 'redact', description: 'redact' });
});

test('a managed layer can only make it stricter', () => {
  const own = 'injection: { enabled: false, action: log, sensitivity: low }';
  const { channels, blockThreshold, actions } = injectionOf(
    own,
    'version: 1\nsecurity: { injection: { enabled: true, action: flag, sensitivity: medium } }\n',
  );
  assert.deepEqual([channels.length, blockThreshold, actions.args, actions.description], [3, 0.35, 'flag', 'flag']);
});

test('a flow can begin with an answer in which instructions were found, and with nothing else of that kind', () => {
  const flow = (after: string) => `policies: { flows: [{ name: a, after: "${after}", then: "*", action: deny }] }\n`;
  const { config } = configOf({ config: `${BACKENDS}${flow('@flagged')}` });
  assert.equal(config.policies.flows[0]!.after, '@flagged');
  assert.throws(() => configOf({ config: `${BACKENDS}${flow('@blocked')}` }), /names no tool/);
});
