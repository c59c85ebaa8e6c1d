import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resultForClient } from '../../../lib/translate/results.ts';
import { Payload } from '../../../lib/wire/payload.ts';

const SERVER = '"io.modelcontextprotocol/serverInfo":{"name":"s","version":"1"}';

interface Row {
  readonly title: string;
  readonly method?: string;
  readonly from?: string;
  readonly to: string;
  readonly given: string;
  /** The same object when left out. */
  readonly becomes?: string;
}

const ROWS: readonly Row[] = [
  {
    title: 'a legacy client gets no marks of the modern era, and all else as it came',
    method: 'tools/list',
    to: '2025-11-25',
    given: `{"resultType":"complete", "tools":[],"x":1.50,"ttlMs":5,"cacheScope":"public","_meta":{${SERVER},"a":1e2}}`,
    becomes: '{"tools":[],"x":1.50,"_meta":{"a":1e2}}',
  },
  {
    title: '`_meta` goes when only marks were in it, and stays when it was empty before',
    to: '2025-11-25',
    given: `{"resultType":"complete","content":[],"_meta":{${SERVER}}}`,
    becomes: '{"content":[]}',
  },
  { title: 'an empty `_meta` is nobody’s mark', to: '2025-11-25', given: '{"content":[],"_meta":{}}' },
  { title: 'a `_meta` that is no object is left to its reader', to: '2025-11-25', given: '{"content":[],"_meta":7}' },
  {
    title: 'only lists and reads have a time to live; elsewhere the name means something else',
    to: '2025-11-25',
    given: '{"content":[],"ttlMs":5,"cacheScope":"x","resultType":"complete"}',
    becomes: '{"content":[],"ttlMs":5,"cacheScope":"x"}',
  },
  {
    title: 'a mark whose name is spelt with escapes is a mark',
    to: '2025-11-25',
    given: '{"\\u0072esultType":"complete","content":[]}',
    becomes: '{"content":[]}',
  },
  {
    title: 'structured content that is no object goes, when a text is there to say the same',
    to: '2025-11-25',
    given: '{"content":[{"type":"text","text":"t"}],"structuredContent":[1.0],"isError":false}',
    becomes: '{"content":[{"type":"text","text":"t"}],"isError":false}',
  },
  {
    title: 'structured content that is no object becomes a text, digit by digit, when there is none',
    to: '2025-06-18',
    given: '{"content":[{"type":"image","data":"","mimeType":"image/png"}],"structuredContent":["a",1.0]}',
    becomes: '{"content":[{"type":"image","data":"","mimeType":"image/png"},{"type":"text","text":"[\\"a\\",1.0]"}]}',
  },
  {
    title: 'structured content that is no object becomes the content where there was none at all',
    to: '2025-03-26',
    given: '{"structuredContent":null}',
    becomes: '{"content":[{"type":"text","text":"null"}]}',
  },
  {
    title: 'structured content that is an object stays',
    to: '2025-11-25',
    given: '{"content":[],"structuredContent":{}}',
  },
  {
    title: 'the oldest clients keep members they do not know',
    to: '2024-11-05',
    from: '2025-11-25',
    given: '{"content":[{"type":"text","text":"t","_meta":{}}],"structuredContent":{"a":1},"_meta":{},"isError":false}',
  },
  {
    title: 'a link becomes its name and address before 2025-06-18',
    to: '2025-03-26',
    given:
      '{"content":[{"type":"resource_link","uri":"file:///a","name":"a","mimeType":"x/y","size":3,"annotations":{"priority":0.50},"z":1}]}',
    becomes: '{"content":[{"type":"text","annotations":{"priority":0.50},"z":1,"text":"a: file:///a"}]}',
  },
  {
    title: 'a link is called by its title, where it has one',
    to: '2024-11-05',
    from: '2024-11-05',
    given: '{"content":[{"type":"resource\\u005flink","uri":"a:b","name":"a","title":"A\\nb"}]}',
    becomes: '{"content":[{"type":"text","text":"A\\nb: a:b"}]}',
  },
  {
    title: 'a link without a name is its address',
    to: '2024-11-05',
    given: '{"content":[{"uri":"a:b","type":"resource_link"}]}',
    becomes: '{"content":[{"type":"text","text":"a:b"}]}',
  },
  {
    title: 'a block with two types is neither audio nor a link for anybody',
    to: '2024-11-05',
    given: '{"content":[{"type":"text","type":"audio","text":"t","data":"","mimeType":"audio/x"}]}',
    becomes:
      '{"content":[{"type":"text","type":"text","text":"[Audio (audio/x, about 0 bytes) left out: MCP 2024-11-05 has none]"}]}',
  },
  {
    title: '31: audio becomes a note for a client of 2024-11-05',
    to: '2024-11-05',
    given:
      '{"content":[{"type":"text","text":"a"},{"type":"audio","data":"AAAA","mimeType":"audio/wav","_meta":{"k":1}}]}',
    becomes:
      '{"content":[{"type":"text","text":"a"},{"type":"text","_meta":{"k":1},"text":"[Audio (audio/wav, about 3 bytes) left out: MCP 2024-11-05 has none]"}]}',
  },
  {
    title: 'audio passes from 2025-03-26 on',
    to: '2025-03-26',
    given: '{"content":[{"type":"audio","data":"AAAA","mimeType":"audio/wav"}]}',
  },
  {
    title: 'what a finished task answers is a tool’s result',
    method: 'tasks/result',
    to: '2025-11-25',
    given: '{"content":[],"structuredContent":3}',
    becomes: '{"content":[{"type":"text","text":"3"}]}',
  },
  {
    title: 'messages of a prompt are treated as content is',
    method: 'prompts/get',
    to: '2024-11-05',
    given:
      '{"messages":[{"role":"user","content":{"type":"resource_link","uri":"a:b","name":"n"}},{"role":"user","content":{"type":"text","text":"resource_link"}}]}',
    becomes:
      '{"messages":[{"role":"user","content":{"type":"text","text":"n: a:b"}},{"role":"user","content":{"type":"text","text":"resource_link"}}]}',
  },
  {
    title: 'content of another shape is left to its reader',
    to: '2024-11-05',
    given: '{"content":{"type":"audio"},"a":["audio",3,null]}',
  },
  {
    title: 'output schemas stay that every legacy schema allows, and input schemas whatever they are',
    method: 'tools/list',
    to: '2025-11-25',
    given:
      '{"tools":[{"name":"a","inputSchema":{"type":"object","properties":{"p":true}},"outputSchema":{"type":"object","properties":{"p":{}},"required":["p"],"anyOf":[]}}]}',
  },
  {
    title: 'output schemas go for which a legacy client would refuse the whole list',
    method: 'tools/list',
    to: '2025-11-25',
    given: `{"tools":[${[
      '{"name":"a","outputSchema":{"type":"array"},"z":1}',
      '{"name":"b","outputSchema":{"anyOf":[]}}',
      '{"name":"c","outputSchema":{"type":"object","properties":{"p":true}}}',
      '{"name":"d","outputSchema":{"type":"object","properties":[]}}',
      '{"name":"e","outputSchema":{"type":"object","required":[1]}}',
      '{"name":"f","outputSchema":true}',
      '{"name":"g","outputSchema":{"type":"object"},"outputSchema":{}}',
    ].join(',')}]}`,
    becomes:
      '{"tools":[{"name":"a","z":1},{"name":"b"},{"name":"c"},{"name":"d"},{"name":"e"},{"name":"f"},{"name":"g"}]}',
  },
  {
    title: 'one legacy revision to a newer one changes nothing',
    from: '2024-11-05',
    to: '2025-06-18',
    given: '{"structuredContent":[]}',
  },
  { title: 'modern to modern changes nothing', to: '2026-07-28', given: '{"structuredContent":[],"resultType":"x"}' },
  {
    title: 'a modern client is told that a result is complete',
    from: '2025-06-18',
    to: '2026-07-28',
    given: '{"content":[],"structuredContent":{"n":12345678901234567890} }',
    becomes: '{"content":[],"structuredContent":{"n":12345678901234567890} ,"resultType":"complete"}',
  },
  {
    title: 'an empty result is complete',
    from: '2025-11-25',
    to: '2026-07-28',
    method: 'completion/complete',
    given: '{}',
    becomes: '{"resultType":"complete"}',
  },
  {
    title: 'nobody may keep a list or a resource of a legacy server',
    method: 'resources/read',
    from: '2024-11-05',
    to: '2026-07-28',
    given: '{"contents":[]}',
    becomes: '{"contents":[],"resultType":"complete","ttlMs":0,"cacheScope":"private"}',
  },
  {
    title: 'marks that are there already are not doubled',
    method: 'tools/list',
    from: '2025-11-25',
    to: '2026-07-28',
    given: '{"resultType":"complete","tools":[],"ttlMs":9,"cacheScope":"public"}',
  },
  {
    title: 'marks no modern client could read are replaced',
    method: 'resources/list',
    from: '2025-11-25',
    to: '2026-07-28',
    given: '{"resultType":7,"ttlMs":-1,"cacheScope":"mine","resources":[]}',
    becomes: '{"resultType":"complete","ttlMs":0,"cacheScope":"private","resources":[]}',
  },
  {
    title: 'a legacy server cannot make its result anything but complete',
    from: '2025-11-25',
    to: '2026-07-28',
    given: '{"resultType":"input_required","content":[],"inputRequests":{}}',
    becomes: '{"resultType":"complete","content":[],"inputRequests":{}}',
  },
];

for (const { title, method = 'tools/call', from = '2026-07-28', to, given, becomes } of ROWS) {
  test(title, () => {
    const body = Payload.of(given);
    const converted = resultForClient(method, body, from, to);
    assert.equal(converted.text(), becomes ?? given);
    if (becomes === undefined) assert.equal(converted, body);
  });
}

test('a result in many pieces of a big frame is converted as one in a single piece', () => {
  const blocks = Array.from({ length: 50 }, (_, index) => `{"type":"audio","data":"","mimeType":"é${index}"}`);
  const text = `{"content":[${blocks.join(',')}],"structuredContent":1}`;
  const bytes = Buffer.from(`[${text}]`);
  const parts = Array.from({ length: Math.ceil(bytes.length / 7) }, (_, index) =>
    bytes.subarray(index * 7, index * 7 + 7),
  );
  const converted = resultForClient('tools/call', new Payload(parts, 1, bytes.length - 1), '2026-07-28', '2024-11-05');
  assert.equal(converted.text(), resultForClient('tools/call', Payload.of(text), '2026-07-28', '2024-11-05').text());
  assert.equal((converted.json() as { content: unknown[] }).content.length, 51);
});
