import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine } from '../support/engine/engine.ts';

const RULE = `policies:
  tools: { "server/*": { paths: { in: ["/files/*/path", "/one/path"], deny: ["/home/ana/project/secret"] } } }
`;
const OPEN = '"/home/ana/project/a"';
const SECRET = '"/home/ana/project/secret/a"';

test('a value that stands twice under its key, or under one that reads the same in other case, is judged or refused however deep', async (t) => {
  const engine = createEngine(t, { config: RULE });
  const client = engine.client('ana');
  await client.initialize();
  await client.ask('tools/list');
  let id = 100;
  const call = async (args: string) => {
    client.write(`${client.callLine(String(++id), 'work', args)}\n`);
    return JSON.stringify(await client.until((message) => message.id === id));
  };
  for (const args of [
    `{"one":{"path":${SECRET},"path":${OPEN}}}`,
    `{"files":[{"path":${SECRET},"path":${OPEN}}]}`,
    `{"files":[{"path":${SECRET},"p\\u0061th":${OPEN}}]}`,
    `{"one":{"path":${SECRET}},"files":[]}`,
    `{"one":{"path":${OPEN},"PATH":${SECRET}}}`,
    `{"files":[{"path":${OPEN},"Path":${SECRET}}]}`,
    `{"one":{"Path":${SECRET}}}`,
    `{"file\u017f":[{"path":${SECRET}}]}`,
  ]) {
    const said = await call(args);
    assert.match(said, /SP|error/, args);
  }
  assert.equal(engine.server.asked('tools/call').length, 0);
});
