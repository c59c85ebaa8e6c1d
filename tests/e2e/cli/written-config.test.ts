import assert from 'node:assert/strict';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { sallyport } from '../../support/program/command.ts';
import { fixtureBackend } from '../../support/program/gateway.ts';

test('`init` writes a config that is found and validates, only its owner can read it, and it is never overwritten unasked', async (t) => {
  const home = temporaryFolder(t);
  const file = join(home, 'config', 'sallyport', 'sallyport.yaml');
  const made = await sallyport(['init'], { home });
  assert.deepEqual(
    [made.code, made.stderr, made.stdout],
    [0, '', `wrote ${file}\nnext: sallyport validate && sallyport doctor`],
  );
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const valid = await sallyport(['validate'], { home });
  assert.deepEqual([valid.code, valid.stderr], [0, ''], 'the user config is the one that is read');
  writeFileSync(file, 'mine');
  const again = await sallyport(['init'], { home });
  assert.deepEqual([again.code, again.stdout], [2, '']);
  assert.equal(again.stderr, `error: ${file} exists; use --yes to overwrite it`);
  assert.equal(readFileSync(file, 'utf8'), 'mine');
  assert.equal((await sallyport(['init', '--yes'], { home })).code, 0);
  assert.equal((await sallyport(['validate'], { home })).code, 0);
  const elsewhere = await sallyport(['init', '--output', 'here.yaml'], { home });
  assert.match(
    elsewhere.stdout,
    /next: sallyport validate --config here\.yaml && sallyport doctor --config here\.yaml$/,
  );
  assert.equal((await sallyport(['validate', '--config', 'here.yaml'], { home })).code, 0);
  const nowhere = await sallyport(['init', '--output', 'no/folder/x.yaml'], { home });
  assert.equal(nowhere.code, 2);
});

test('`schema` prints a JSON Schema that knows every key of the config and no other', async (t) => {
  const { code, stdout } = await sallyport(['schema'], { home: temporaryFolder(t) });
  assert.equal(code, 0);
  const { $schema, title, properties, additionalProperties, required } = JSON.parse(stdout);
  assert.deepEqual([title, additionalProperties, required], ['sallyport.yaml', false, ['version']]);
  assert.match($schema, /json-schema\.org\/draft-07/);
  assert.deepEqual(properties.backends.items.required, ['name']);
});

test('`config show` prints what files and flags set with their places, and with --resolved every default, secrets masked', async (t) => {
  const home = temporaryFolder(t);
  const file = join(home, 'sallyport.yaml');
  const one = fixtureBackend('one', [], { env: { API_TOKEN: '${SOME_TOKEN}' }, denied_tools: ['crash'] });
  writeFileSync(file, `version: 1\nlimits:\n  max_json_depth: 20\nbackends:\n${one}`);
  const show = (...flags: string[]) =>
    sallyport(['config', 'show', '--config', file, ...flags], { home, env: { SOME_TOKEN: 'swordfish-swordfish' } });
  const [plain, origin, resolved, json] = await Promise.all([
    show(),
    show('--origin', '--profile', 'strict'),
    show('--resolved', '--origin'),
    show('--resolved', '--origin', '--json'),
  ]);
  assert.match(plain.stdout, /^limits\.max_json_depth: +20$/m);
  assert.doesNotMatch(plain.stdout, /audit\.fsync|#/);
  assert.match(origin.stdout, new RegExp(`^limits\\.max_json_depth: +20 +# ${file}:3$`, 'm'));
  assert.match(origin.stdout, new RegExp(`^backends\\[0\\]\\.denied_tools\\[0\\]: +"crash" +# ${file}:5$`, 'm'));
  assert.match(origin.stdout, /^profile: +"strict" +# --profile$/m);
  assert.match(resolved.stdout, /^policies\.default: +"allow" +# default \(balanced\)$/m);
  assert.match(resolved.stdout, /^audit\.fsync: +"1s" +# default/m);
  const { schema_version, settings } = JSON.parse(json.stdout);
  assert.equal(schema_version, 1);
  const depth = settings.find(({ path }: { path: string }) => path === 'limits.max_json_depth');
  assert.deepEqual(depth, { path: 'limits.max_json_depth', value: 20, origin: `${file}:3` });
  for (const { code, stdout, stderr } of [plain, origin, resolved, json]) {
    assert.deepEqual([code, stderr], [0, '']);
    assert.doesNotMatch(stdout, /swordfish/);
  }
});
