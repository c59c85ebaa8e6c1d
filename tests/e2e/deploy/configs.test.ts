import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { EXAMPLES, example, exampleVariables, variablesOf } from '../../support/docs/deployed.ts';
import { Reader } from '../../support/docs/reader.ts';

/** A line that shows a key of the config a reader may want, as it stands below the keys around it. */
const OFFERED = /^( +)# ([a-z_]+: .*)$/gm;
const LISTENING = EXAMPLES.filter((name) => name !== 'sidecar.yaml');

test('each example is short, validates without a warning, and so it does with all it offers in comments', async (t) => {
  const reader = new Reader(t, exampleVariables());
  assert.deepEqual(EXAMPLES, [
    'gateway.yaml',
    'mesh/client.yaml',
    'mesh/files.yaml',
    'mesh/memory.yaml',
    'sidecar.yaml',
  ]);
  let offered = 0;
  for (const name of EXAMPLES) {
    const text = readFileSync(example(name), 'utf8');
    assert.ok(text.split('\n').length < 60, name);
    const whole = text.replace(OFFERED, (_line, indent: string, pair: string) => {
      offered++;
      return indent + pair;
    });
    const flags = LISTENING.includes(name) ? ['', '--serve '] : [''];
    for (const file of [example(name), reader.write(name.replace('/', '-'), whole)]) {
      for (const flag of flags) {
        const valid = await reader.type(`sallyport validate ${flag}${file}`);
        assert.deepEqual([valid.code, valid.stderr], [0, ''], `${name} ${flag}`);
      }
    }
  }
  assert.ok(offered >= 6, `${offered} keys in comments`);
});

test('every pattern of an example matches a tool of its servers', async (t) => {
  const reader = new Reader(t, exampleVariables());
  for (const name of EXAMPLES.filter((one) => one !== 'mesh/client.yaml')) {
    const { stdout } = await reader.type(`sallyport doctor --json --config ${example(name)}`);
    const { ok, problems } = JSON.parse(stdout);
    assert.deepEqual([ok, problems], [true, []], name);
  }
});

test('without its keys an example says which variable is missing, and nothing starts', async (t) => {
  const reader = new Reader(t);
  for (const name of LISTENING) {
    const asked = variablesOf(name);
    const { code, stderr } = await reader.type(`sallyport serve --config ${example(name)}`);
    assert.equal(code, 2, name);
    assert.ok(asked.length > 0 && asked.every((variable) => stderr.includes(`error[SP1004] ${variable}: `)), stderr);
  }
});
