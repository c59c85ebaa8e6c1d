import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { deploy, everythingIn, example, makeKey, overHttp, said, toolNames } from '../../support/docs/deployed.ts';
import { Reader } from '../../support/docs/reader.ts';
import { modernPost, send } from '../../support/http/http.ts';
import { auditFiles, readLines } from '../../support/program/gateway.ts';

test('the gateway serves every agent that has a key, under one policy and in one log', async (t) => {
  const reader = new Reader(t);
  const notes = reader.write('notes.txt', 'The gate has two doors.\n');
  const [reviewer, writer] = [makeKey(), makeKey()];
  const logs = join(reader.home, 'logs');
  const { url, peer } = await deploy(t, reader, example('gateway.yaml'), {
    REVIEWER_KEY_HASH: reviewer.hash,
    WRITER_KEY_HASH: writer.hash,
    LOGS_DIRECTORY: logs,
  });

  assert.equal((await send(new URL('/healthz', url).href, { method: 'GET' })).status, 200);
  for (const headers of [
    {},
    { Authorization: `Bearer ${makeKey().key}` },
    { Authorization: `Bearer ${writer.hash}` },
  ]) {
    const refused = await send(url, modernPost('tools/list', {}, headers));
    assert.equal(refused.status, 401);
    assert.match(String(refused.headers['www-authenticate']), /^Bearer/);
  }

  const first = await overHttp(t, url, { Authorization: `Bearer ${reviewer.key}` }, 'modern');
  const second = await overHttp(t, url, { 'X-API-Key': writer.key }, 'legacy');
  const tools = await toolNames(first);
  const writers = await toolNames(second);
  const writing = ['files__write_file', 'files__edit_file', 'memory__create_entities', 'memory__create_relations'];
  assert.deepEqual(
    writers.filter((name) => !tools.includes(name)),
    writing.toSorted((one, other) => writers.indexOf(one) - writers.indexOf(other)),
    'the reader has all of it but what writes',
  );
  assert.ok(tools.includes('files__read_text_file') && tools.every((name) => writers.includes(name)), tools.join(' '));
  const hidden = ['files__move_file', 'memory__delete_entities'];
  assert.deepEqual(
    tools.filter((name) => hidden.includes(name)),
    [],
  );
  for (const client of [first, second]) {
    assert.match(await said(client, 'files__read_text_file', { path: notes }), /two doors/);
    const outside = await said(client, 'files__read_text_file', { path: example('gateway.yaml') });
    assert.match(outside, /^Refused by policy: .*SP3101/, 'no client chooses the folder');
  }
  const entities = [{ name: 'Gate', entityType: 'gate', observations: ['stands'] }];
  await said(second, 'memory__create_entities', { entities });
  assert.match(await said(first, 'memory__read_graph'), /Gate/);
  await assert.rejects(said(first, 'files__move_file', { source: notes, destination: `${notes}2` }), /Unknown tool/);

  peer.child.kill();
  assert.equal((await peer.exited).code, 0);
  const log = everythingIn(join(logs, 'audit'));
  const records = auditFiles(join(logs, 'audit'))
    .flatMap(readLines)
    .map((line) => JSON.parse(line));
  const calls = records.filter(({ kind, action }) => kind === 'call' && action === 'tools/call');
  assert.deepEqual(
    calls.map(({ principal, resource }) => `${principal} ${resource}`),
    [
      'reviewer files/read_text_file',
      'reviewer files/read_text_file',
      'writer files/read_text_file',
      'writer files/read_text_file',
      'writer memory/create_entities',
      'reviewer memory/read_graph',
      'reviewer files/move_file',
    ],
  );
  for (const { key, hash } of [reviewer, writer]) {
    assert.ok(!log.includes(key) && !`${peer.stderr}${peer.lines}`.includes(key));
    assert.ok(!log.includes(hash) && !peer.stderr.includes(hash));
  }
});
