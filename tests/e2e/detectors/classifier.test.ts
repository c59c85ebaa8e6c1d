import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { classifierFiles } from '../../support/detectors/classifier.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { sallyport } from '../../support/program/command.ts';
import { fixtureBackend, GatewayPeer } from '../../support/program/gateway.ts';
import {
  childrenOf,
  commandOf,
  found,
  marked,
  NEEDS_PROC,
  noneLeft,
  runStartedBy,
} from '../../support/program/survivors.ts';

const CONFIG = `version: 1
reload: signal
security:
  injection:
    classifier: {type: onnx, model: model.onnx, tokenizer: tokenizer.json}
backends:
${fixtureBackend('fix')}`;
const WITHIN_MS = 60_000;

/** The process a model of a gateway runs in. */
function classifierOf(gateway: number): number | undefined {
  return childrenOf(gateway).find((pid) => commandOf(pid).includes('classifier.cjs'));
}

test('a classifier whose files are not there is a fault of the config with its place, and nothing starts', async (t) => {
  const home = temporaryFolder(t);
  const config = join(home, 'sallyport.yaml');
  writeFileSync(config, CONFIG);
  const said = async () => (await sallyport(['validate', config], { home })).stderr;
  assert.match(
    await said(),
    /error\[SP1024\] .*classifier\.model: ".*model\.onnx" is not there\n +--> .*sallyport\.yaml:5:/,
  );
  const { runtime, model } = classifierFiles(home);
  assert.equal(await said(), '');
  rmSync(join(runtime, '..'), { recursive: true });
  assert.match(await said(), /error\[SP1024\] the classifier needs the package onnxruntime-node/);
  assert.match(await said(), /help: npm install --prefix ".*" --ignore-scripts onnxruntime-node\n/);
  const run = await sallyport(['run', '--config', config], { home });
  assert.notEqual(run.code, 0);
  assert.match(run.stderr, /SP1024/);
  rmSync(model);
  assert.match(await said(), /classifier\.model/);
});

test('the model is loaded while nobody waits, in a process that ends with the gateway however that ends', {
  skip: NEEDS_PROC,
}, async (t) => {
  const home = temporaryFolder(t);
  classifierFiles(home);
  for (const end of ['SIGTERM', 'SIGKILL'] as const) {
    const gateway = new GatewayPeer(t, 'run', [], { config: CONFIG, home });
    await gateway.initialize();
    await gateway.ask('tools/list');
    const pid = gateway.child.pid!;
    await found(() => classifierOf(pid), WITHIN_MS, 'the process of the model');
    const run = runStartedBy(pid)!;
    gateway.child.kill(end);
    await gateway.exited;
    await noneLeft(() => marked(run), 20_000, 'processes');
  }
});

test('a reload keeps a classifier that stays, and a config with one that cannot be had is not put in force', {
  skip: NEEDS_PROC,
}, async (t) => {
  const home = temporaryFolder(t);
  const file = join(home, 'sallyport.yaml');
  classifierFiles(home);
  const gateway = new GatewayPeer(t, 'run', [], { config: CONFIG, home });
  await gateway.initialize();
  await gateway.ask('tools/list');
  const pid = gateway.child.pid!;
  const model = await found(() => classifierOf(pid), WITHIN_MS, 'the process of the model');
  const reload = async (text: string, event: string) => {
    writeFileSync(file, text);
    gateway.child.kill('SIGHUP');
    await gateway.when(() => gateway.records.some((record) => record.event === event));
    await gateway.ask('tools/list');
  };
  await reload(`# one line more\n${CONFIG}`, 'config_reloaded');
  assert.equal(classifierOf(pid), model);
  await reload(CONFIG.replace('model.onnx', 'missing.onnx'), 'config_reload_failed');
  const { why } = gateway.records.find(({ event }) => event === 'config_reload_failed');
  assert.match(why, /SP1024 .*missing\.onnx" is not there \(.*sallyport\.yaml:5:/);
  assert.equal(classifierOf(pid), model);
});
