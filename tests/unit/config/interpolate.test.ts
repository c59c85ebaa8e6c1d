import assert from 'node:assert/strict';
import { test } from 'node:test';
import { interpolate } from '../../../lib/config/files/interpolate.ts';
import { faultsOf, load } from '../../support/config/config.ts';

const ENV = { TOKEN: 'abcdef123', EMPTY: '', SHORT: 'abc', PROJECT_DIR: '/work/project' };
const text = (template: string) => interpolate(template, ENV).text;

test('a variable, its default, its message and a literal `${` each have one form', () => {
  assert.equal(text('a${TOKEN}b${SHORT}'), 'aabcdef123babc');
  assert.equal(text('${NOPE:-fallback}'), 'fallback');
  assert.equal(text('${NOPE:-}'), '');
  assert.equal(text('${EMPTY:-fallback}'), 'fallback');
  assert.equal(text('${EMPTY}'), '');
  assert.equal(text('$${TOKEN} $TOKEN $$'), '${TOKEN} $TOKEN $$');
  assert.throws(() => text('${NOPE}'), /NOPE is not set \(in \$\{NOPE\}\)/);
  assert.throws(() => text('${NOPE:?set it in your shell}'), /NOPE: set it in your shell/);
  assert.throws(() => text('${EMPTY:?must not be empty}'), /EMPTY: must not be empty/);
});

test('what begins like a reference and is none is refused, not passed on', () => {
  for (const template of ['${', '${TOKEN', '${1X}', '${TOKEN-x}', '${NOPE:-${TOKEN}}', '${a b}', '${}']) {
    assert.throws(() => text(template), { code: 'SP1005' }, template);
  }
  assert.throws(() => text('${constructor}'), { code: 'SP1004' });
});

test('values are taken as they are: never parsed again, never interpolated again', (t) => {
  const env = { A: '${B}', B: 'x', C: '[1, 2]' };
  const { config } = load(t, { flag: 'version: 1\nbackends: [{name: a, command: "${A}", cwd: "${C}"}]', env });
  assert.equal(config.backends[0]!.command, '${B}');
  assert.equal(config.backends[0]!.cwd, '[1, 2]');
});

test('keys are never interpolated', (t) => {
  const env = { A: 'name' };
  const { config } = load(t, { flag: 'version: 1\nbackends: [{name: a, command: b, env: {"${A}": x}}]', env });
  assert.deepEqual(config.backends[0]!.env, { '${A}': 'x' });
});

test('values put in are secrets, unless they are short or their name is known to be public', (t) => {
  assert.deepEqual(interpolate('${TOKEN} ${SHORT} ${PROJECT_DIR} ${NOPE:-default}', ENV).secrets, ['abcdef123']);
  const flag = 'version: 1\nbackends: [{name: a, command: b, env: {API_KEY: literal-key, MODE: production}}]';
  assert.deepEqual(load(t, { flag }).config.secrets, ['literal-key']);
});

test('a secret in the wrong place is not printed with the fault', (t) => {
  const env = { TOKEN: 'git', NAME: 'https-secret-name' };
  const faults = faultsOf(
    t,
    'version: 1\nbackends: [{name: "${NAME}", command: x}, {name: "${NAME}", command: y}]',
    env,
  );
  assert.deepEqual(faults, ['SP1007 2:50 the backend name "[masked]" stands twice']);
});

test('`~/` at the start of a folder is the home of the user', (t) => {
  const flag =
    'version: 1\naudit: {dir: ~/audit}\nlog: {file: ~/x.log}\nbackends: [{name: a, command: b, cwd: ~/work}]';
  const { config } = load(t, { flag });
  const home = process.env.HOME!;
  assert.deepEqual(
    [config.audit.dir, config.log.file, config.backends[0]!.cwd],
    [`${home}/audit`, `${home}/x.log`, `${home}/work`],
  );
});
