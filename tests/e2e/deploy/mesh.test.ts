import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Client } from '@modelcontextprotocol/client';
import {
  deploy,
  everythingIn,
  example,
  makeKey,
  overHttp,
  overStdio,
  said,
  toolNames,
  type Variables,
} from '../../support/docs/deployed.ts';
import { Reader } from '../../support/docs/reader.ts';
import { modernPost, send } from '../../support/http/http.ts';
import { WireTap } from '../../support/http/wire-tap.ts';

/** A gateway in front of each of two servers, and somebody who listens in front of each gateway. */
interface Mesh {
  readonly reader: Reader;
  readonly notes: string;
  readonly keys: { readonly files: string; readonly memory: string };
  readonly taps: { readonly files: WireTap; readonly memory: WireTap };
  /** What the side of the agent is given. */
  readonly variables: Variables;
}

async function mesh(t: TestContext): Promise<Mesh> {
  const reader = new Reader(t);
  const notes = reader.write('notes.txt', 'The gate has two doors.\n');
  const [files, memory] = [makeKey(), makeKey()];
  const members = await Promise.all([
    deploy(t, reader, example('mesh/files.yaml'), { FILES_KEY_HASH: files.hash }),
    deploy(t, reader, example('mesh/memory.yaml'), { MEMORY_KEY_HASH: memory.hash }),
  ]);
  const [onFiles, onMemory] = members.map(({ url }) => new WireTap(t, url)) as [WireTap, WireTap];
  const [FILES_URL, MEMORY_URL] = await Promise.all([onFiles.listen(), onMemory.listen()]);
  const variables = { FILES_URL, MEMORY_URL, FILES_KEY: files.key, MEMORY_KEY: memory.key };
  return {
    reader,
    notes,
    keys: { files: files.key, memory: memory.key },
    taps: { files: onFiles, memory: onMemory },
    variables,
  };
}

/** Calls tools of both servers, and one that only the side of the agent hides. */
async function walk(client: Client, { notes }: Mesh): Promise<void> {
  const tools = await toolNames(client);
  assert.ok(tools.includes('files__read_text_file') && tools.includes('memory__read_graph'), tools.join(' '));
  assert.deepEqual(
    tools.filter((name) => /move|create|delete/.test(name)),
    [],
  );
  assert.match(await said(client, 'files__read_text_file', { path: notes }), /two doors/);
  assert.match(
    await said(client, 'files__read_text_file', { path: example('gateway.yaml') }),
    /^Refused by policy: .*SP3101/,
  );
  assert.match(await said(client, 'memory__read_graph'), /entities/);
  await assert.rejects(said(client, 'memory__create_entities', { entities: [] }), /Unknown tool/);
}

test('a call of an agent passes both gateways of the mesh, and the keys between them reach nobody else', async (t) => {
  const scene = await mesh(t);
  const { reader, keys, taps, variables } = scene;
  let heard = '';
  for (const era of ['legacy', 'modern'] as const) {
    const client = await overStdio(t, reader, example('mesh/client.yaml'), { era, env: variables });
    await walk(client, scene);
    await client.close();
    heard += readFileSync(join(reader.project, 'stdout.txt'), 'utf8');
  }
  assert.match(heard, /two doors/);
  assert.ok(taps.files.sent.includes(`Bearer ${keys.files}`) && !taps.files.sent.includes(keys.memory));
  assert.ok(taps.memory.sent.includes(`Bearer ${keys.memory}`) && !taps.memory.sent.includes(keys.files));
  const written = everythingIn(join(reader.home, '.local'));
  const kept = [heard, written, taps.files.answered, taps.memory.answered];
  for (const key of Object.values(keys)) assert.ok(!kept.some((text) => text.includes(key)));
  const calls = written
    .split('\n')
    .filter((line) => line.includes('"files/read_text_file"') && /"kind":"call"/.test(line));
  assert.equal(calls.filter((line) => JSON.parse(line).principal === 'agents').length, 4);
  assert.equal(calls.length, 8, 'each hop has a record of its own');
  assert.equal((await send(variables.FILES_URL!, modernPost('tools/list'))).status, 401);
});

test('an agent that reaches the mesh through a gateway shows its own key to that gateway alone', async (t) => {
  const scene = await mesh(t);
  const { reader, keys, taps, variables } = scene;
  const agent = makeKey();
  const security =
    '\nserver: { listen_addr: "${LISTEN_ADDR}" }\nsecurity: { auth: { api_keys: [{ client_id: agent, key: "${AGENT_KEY_HASH}" }] } }\n';
  const config = reader.write('team.yaml', readFileSync(example('mesh/client.yaml'), 'utf8') + security);
  const { url, peer } = await deploy(t, reader, config, { ...variables, AGENT_KEY_HASH: agent.hash });
  for (const era of ['legacy', 'modern'] as const) {
    const client = await overHttp(t, url, { Authorization: `Bearer ${agent.key}` }, era);
    await walk(client, scene);
    await client.close();
  }
  const beyond = [taps.files.sent, taps.memory.sent, everythingIn(join(reader.home, '.local')), peer.stderr];
  for (const text of beyond) assert.ok(!text.includes(agent.key));
  const refused = await send(url, modernPost('tools/list', {}, { Authorization: `Bearer ${keys.files}` }));
  assert.equal(refused.status, 401, 'a key between gateways is none of a client');
});
