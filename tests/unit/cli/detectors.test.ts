import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Guardian } from '../../../backends/guardian.ts';
import { Detectors } from '../../../cli/policy/detectors.ts';
import { ConfigError } from '../../../lib/config/problems.ts';
import type { InjectionConfig } from '../../../lib/model/inspection.ts';
import { FakeClock } from '../../support/clock.ts';
import { configOf } from '../../support/config/config-texts.ts';
import { classifierFiles } from '../../support/detectors/classifier.ts';
import { DetectorServer, json } from '../../support/detectors/detector-server.ts';
import { endWith, temporaryFolder } from '../../support/folder.ts';
import { LogProbe } from '../../support/watching/log-probe.ts';

const PLACE = (rule: string, source: string) => `${rule} at ${source}`;

/** The section of a config, with `above` in front of it in the file. */
function injection(detectors: readonly Readonly<Record<string, unknown>>[], above = ''): InjectionConfig {
  const section = JSON.stringify({ injection: { detectors } });
  const text = `version: 1\n${above}backends: [{ name: a, command: b }]\nsecurity: ${section}\n`;
  return configOf({ config: text }).config.inspection.injection;
}

function opened(t: TestContext) {
  const log = new LogProbe();
  const detectors = new Detectors({ log, clock: new FakeClock(), guardian: new Guardian('unit') });
  endWith(t, () => detectors.close());
  return { detectors, log };
}

test('each detector is called by its host, sees its channels, and means by its silence what the config says', (t) => {
  const { detectors } = opened(t);
  const all = detectors.of(
    injection([
      { url: 'https://guard.example/a', on_error: 'deny', channels: ['args'] },
      { url: 'https://guard.example/b' },
      { url: 'http://localhost:8080/' },
    ]),
    PLACE,
  );
  assert.deepEqual(
    all.map(({ name, channels, onError }) => [name, channels, onError]),
    [
      ['guard.example', ['args'], 'deny'],
      ['guard.example#2', ['args', 'result', 'description'], 'ignore'],
      ['localhost:8080', ['args', 'result', 'description'], 'ignore'],
    ],
  );
});

test('what a config read again leaves as it was is the same detector, wherever it stands in the file', (t) => {
  const { detectors } = opened(t);
  const one = { url: 'https://guard.example/' };
  const [before] = detectors.of(injection([one]), PLACE);
  const [added, after] = detectors.of(injection([{ url: 'https://other.example/' }, one], '# a line\n'), PLACE);
  assert.equal(after, before);
  assert.notEqual(added, before);
  const [changed] = detectors.of(injection([{ ...one, timeout: '1s' }]), PLACE);
  assert.notEqual(changed, before);
});

test('one that no policy names any more is closed after a minute, unless it is named again', async (t) => {
  const server = await DetectorServer.start(t, json({ score: 0.4 }));
  const { detectors } = opened(t);
  const [going, coming] = [`${server.url}?going`, `${server.url}?coming`];
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const first = detectors.of(injection([{ url: going }, { url: coming }]), PLACE);
  detectors.keep(first);
  detectors.keep([]);
  t.mock.timers.tick(59_000);
  assert.equal(await first[0]!.score('text', 'args'), 0.4, 'calls that have begun may still ask it');
  detectors.keep([first[1]!]);
  t.mock.timers.tick(2000);
  await assert.rejects(first[0]!.score('text', 'args'), /closed/);
  assert.equal(await first[1]!.score('text', 'args'), 0.4);
  assert.notEqual(detectors.of(injection([{ url: going }]), PLACE)[0], first[0]);
});

test('a classifier that cannot be had is a fault with its place, and opens nothing beside it', (t) => {
  const { detectors } = opened(t);
  const folder = temporaryFolder(t);
  const files = classifierFiles(folder);
  const classifier = {
    ...files,
    folder,
    timeoutMs: 100,
    onError: 'deny',
    rule: 'its rule',
    source: 'its line',
  } as const;
  const config = { ...injection([{ url: 'https://guard.example/' }]), classifier };
  const [, model] = detectors.of(config, PLACE);
  assert.deepEqual([model!.name, model!.onError], ['classifier', 'deny']);
  const missing = { ...config, classifier: { ...classifier, model: `${folder}/missing.onnx` } };
  assert.throws(
    () => detectors.of(missing, PLACE),
    (error: ConfigError) => {
      const [{ code, where, message } = assert.fail()] = error.problems;
      assert.deepEqual([code, where], ['SP1024', 'its rule at its line']);
      return error instanceof ConfigError && /missing\.onnx" is not there/.test(message);
    },
  );
});
