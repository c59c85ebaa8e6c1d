import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { sallyport } from '../../support/program/command.ts';
import { fixtureBackend } from '../../support/program/gateway.ts';
import { Served, serve, serveConfig } from '../../support/program/serve.ts';

const KEY = 'a-key-of-many-characters';
const HASH = `sha256:${createHash('sha256').update(KEY).digest('hex')}`;

test('an address others can reach is not served without keys, however it is written', async (t) => {
  const home = temporaryFolder(t);
  const file = join(home, 'serve.yaml');
  for (const listen_addr of [':0', '0.0.0.0:0', '[::]:0', 'mcp.acme.example:0', '192.0.2.1:0']) {
    writeFileSync(file, serveConfig({ server: { listen_addr } }));
    const ended = await sallyport(['serve', '--config', file], { home });
    assert.equal(ended.code, 2, listen_addr);
    assert.match(ended.stderr, /error\[SP2004\][\s\S]*serve\.yaml:3:\d+[\s\S]*token hash/);
    assert.equal(ended.stdout, '');
  }
  const validated = await sallyport(['validate', file], { home });
  assert.equal(validated.code, 0, 'other commands do not listen');
  assert.match(validated.stderr, /warning\[SP2004\]/);
});

test('a key that stands in the file as it is is an error at its place, with the way out of it', async (t) => {
  const home = temporaryFolder(t);
  const file = join(home, 'serve.yaml');
  const lines = [
    'version: 1',
    'security:',
    '  auth:',
    '    api_keys:',
    '      - { key: sk-admin-xxxxxxxxxxxxxxxx, client_id: admin }',
    '      - { key: "${SHORT}", client_id: short }',
    `      - { key: "${HASH}", client_id: a }`,
    `      - { key: "${HASH}", client_id: b }`,
    'backends:',
    fixtureBackend('fix'),
  ];
  writeFileSync(file, lines.join('\n'));
  const ended = await sallyport(['serve', '--config', file], { home, env: { SHORT: 'too-short' } });
  assert.equal(ended.code, 2);
  assert.match(ended.stderr, /SP2005[\s\S]*serve\.yaml:5:\d+[\s\S]*sallyport token hash/);
  assert.match(ended.stderr, /at least 16 characters[\s\S]*serve\.yaml:6:/);
  assert.match(ended.stderr, /the same key stands twice[\s\S]*serve\.yaml:8:/);
  assert.doesNotMatch(ended.stderr, /sk-admin|too-short/);
});

test('`token hash` prints the hash of the key it is given, and makes one when it is given none', async (t) => {
  const home = temporaryFolder(t);
  const given = await sallyport(['token', 'hash'], { home, input: `${KEY}\n` });
  const [, salted, digest] = /^sha256:([\w-]{16}):([0-9a-f]{64})$/.exec(given.stdout.trim())!;
  assert.equal(digest, createHash('sha256').update(`${salted}${KEY}`).digest('hex'));
  const made = await sallyport(['token', 'hash', '--json'], { home });
  const { key, hash } = JSON.parse(made.stdout);
  const [, salt] = hash.split(':');
  assert.equal(hash, `sha256:${salt}:${createHash('sha256').update(`${salt}${key}`).digest('hex')}`);
  assert.ok(key.length >= 40);
  for (const input of ['short', 'two lines of\ntext that is long', 'a key with spaces in it']) {
    const refused = await sallyport(['token', 'hash'], { home, input });
    assert.equal(refused.code, 2, input);
    assert.doesNotMatch(refused.stderr, new RegExp(input.split('\n')[0]!));
  }
});

test('under serve the strict profile and reload by signal are the defaults', async (t) => {
  const home = temporaryFolder(t);
  const file = join(home, 'serve.yaml');
  writeFileSync(file, `version: 1\nbackends:\n${fixtureBackend('fix')}`);
  const shown = await sallyport(['config', 'show', '--serve', '--resolved', '--json', '--config', file], { home });
  const settings = new Map(JSON.parse(shown.stdout).settings.map((one: { path: string }) => [one.path, one]));
  const value = (path: string) => (settings.get(path) as { value: unknown }).value;
  assert.equal(value('profile'), 'strict');
  assert.equal(value('reload'), 'signal');
  assert.equal(value('server.listen_addr'), '127.0.0.1:9020');
  assert.equal(value('policies.default'), 'deny');
  const validated = await sallyport(['validate', '--serve', file], { home });
  assert.match(validated.stdout, /profile strict/);
});

test('an address that is taken ends serve with a reason', async (t) => {
  const home = temporaryFolder(t);
  const file = join(home, 'serve.yaml');
  writeFileSync(file, serveConfig({ server: { listen_addr: '127.255.255.254:1', tls: { cert: 'no', key: 'no' } } }));
  const ended = await sallyport(['serve', '--config', file], { home });
  assert.equal(ended.code, 6);
  assert.match(ended.stderr, /^error: cannot listen: .*no/m);
});

test('a gateway of which clients see nothing, since nobody has approved it, says so at its start', async (t) => {
  const strict = serveConfig().replace('profile: balanced', 'profile: strict');
  const served = await new Served(t, strict, temporaryFolder(t), {}).ready();
  await served.end();
  assert.match(served.stderr, /\[SP4121\] nobody has approved what fix offers.*`sallyport pin`/);
  const plain = await serve(t);
  await plain.end();
  assert.doesNotMatch(plain.stderr, /SP4121/);
});
