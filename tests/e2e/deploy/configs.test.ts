import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { example, makeKey } from '../../support/deployed.ts';
import { Reader } from '../../support/reader.ts';

/** A line that shows a key of the config a reader may want, as it stands below the keys around it. */
const OFFERED = /^(\s+)# ([a-z_]+: .*)$/gm;

const CONFIGS = readdirSync(example('.'), { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.yaml'),
);

/** Every variable the configs ask for, with a value of its kind. */
function variables(): Record<string, string> {
  const asked = CONFIGS.flatMap((name) => [...readFileSync(example(name), 'utf8').matchAll(/\$\{([A-Z_]+):\?/g)]);
  return Object.fromEntries(asked.map(([, name]) => [name!, name!.endsWith('_HASH') ? makeKey().hash : makeKey().key]));
}

test('each example is short, validates without a warning, and so it does with all it offers in comments', async (t) => {
  const reader = new Reader(t);
  const env = Object.entries(variables()).map(([name, value]) => `${name}=${value}`);
  assert.deepEqual(CONFIGS.sort(), [
    'gateway.yaml',
    'mesh/client.yaml',
    'mesh/files.yaml',
    'mesh/memory.yaml',
    'sidecar.yaml',
  ]);
  let offered = 0;
  for (const name of CONFIGS) {
    const text = readFileSync(example(name), 'utf8');
    assert.ok(text.split('\n').length < 60, name);
    const whole = text.replace(OFFERED, (_line, indent: string, pair: string) => {
      offered++;
      return indent + pair;
    });
    for (const file of [example(name), reader.write(name.replace('/', '-'), whole)]) {
      for (const flag of name === 'sidecar.yaml' ? [''] : ['', '--serve ']) {
        const valid = await reader.type(`${env.join(' ')} sallyport validate ${flag}${file}`);
        assert.deepEqual([valid.code, valid.stderr], [0, ''], `${name} ${flag}`);
      }
    }
  }
  assert.ok(offered >= 6, `${offered} keys in comments`);
});

test('without its keys an example says which variable is missing, and nothing starts', async (t) => {
  const reader = new Reader(t);
  for (const name of CONFIGS.filter((one) => one !== 'sidecar.yaml')) {
    const asked = [...readFileSync(example(name), 'utf8').matchAll(/\$\{([A-Z_]+):\?/g)].map(
      ([, variable]) => variable!,
    );
    const { code, stderr } = await reader.type(`sallyport serve --config ${example(name)}`);
    assert.equal(code, 2, name);
    assert.ok(asked.length > 0 && asked.every((variable) => stderr.includes(`error[SP1004] ${variable}: `)), stderr);
  }
});
