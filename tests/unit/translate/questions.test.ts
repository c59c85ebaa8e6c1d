import assert from 'node:assert/strict';
import { test } from 'node:test';
import { legacyElicitation, modernElicitation, modernQuestion } from '../../../lib/translate/questions.ts';
import { samplingAnswerForBackend, samplingForClient } from '../../../lib/translate/sampling.ts';
import { Payload } from '../../../lib/wire/payload.ts';

test('a link has an id in 2025-11-25 and none in 2026-07-28; a form is the same in both', () => {
  const link = '{"mode":"url","message":"m","url":"https://a","n":1.0';
  assert.equal(legacyElicitation(Payload.of(`${link}}`), 'e"1').text(), `${link},"elicitationId":"e\\"1"}`);
  assert.equal(modernElicitation(Payload.of(`${link},"elicitationId":"e"}`)).text(), `${link}}`);
  for (const mode of ['"mode":"form",', '']) {
    const form = Payload.of(`{${mode}"message":"m","requestedSchema":{"type":"object","properties":{}}}`);
    assert.equal(legacyElicitation(form, 'e'), form);
    assert.equal(modernElicitation(form), form);
  }
});

test('a question put into a result is no task, has no progress and belongs to no task', () => {
  const RELATED = '"io.modelcontextprotocol/related-task":{"taskId":"t"}';
  assert.equal(
    modernQuestion(Payload.of(`{"task":{"ttl":1},"message":"m","_meta":{"progressToken":1,${RELATED}}}`)).text(),
    '{"message":"m"}',
  );
  assert.equal(
    modernElicitation(Payload.of('{"_meta":{"progressToken":1,"k":1.0},"message":"m"}')).text(),
    '{"_meta":{"k":1.0},"message":"m"}',
  );
});

test('a sampling message of several blocks becomes several messages before 2025-11-25', () => {
  const several =
    '{"role":"user","content":[{"type":"text","text":"a","n":1.0},{"type":"audio","data":"AAAA","mimeType":"audio/wav"}],"k":1}';
  const given = Payload.of(
    `{"messages":[{"role":"assistant","content":{"type":"text","text":"b"}},${several},{"role":"user","content":[]}],"maxTokens":5}`,
  );
  assert.equal(samplingForClient(given, '2025-11-25'), given);
  assert.equal(
    samplingForClient(given, '2025-06-18').text(),
    '{"messages":[{"role":"assistant","content":{"type":"text","text":"b"}},{"role":"user","content":{"type":"text","text":"a","n":1.0},"k":1},{"role":"user","content":{"type":"audio","data":"AAAA","mimeType":"audio/wav"},"k":1}],"maxTokens":5}',
  );
  assert.match(
    samplingForClient(given, '2024-11-05').text(),
    /\{"type":"text","text":"\[Audio \(audio\/wav, about 3 bytes\)/,
  );
  const single = Payload.of('{"messages":[{"role":"user","content":{"type":"text","text":"b"}}, 7],"maxTokens":5}');
  assert.equal(samplingForClient(single, '2025-06-18'), single);
  const odd = Payload.of('{"messages":{"role":"user","content":[]}}');
  assert.equal(samplingForClient(odd, '2024-11-05'), odd);
});

test('an answer of several blocks becomes one where the server takes no more', () => {
  const answer = (content: string) => Payload.of(`{"role":"assistant","model":"m","content":${content}}`);
  const told = (content: string, to: string, withTools = false) =>
    samplingAnswerForBackend(answer(content), to, withTools).member('content')?.text();
  const text = (value: string) => `{"type":"text","text":"${value}"}`;
  const image = '{"type":"image","data":"","mimeType":"image/png"}';
  assert.equal(told(`[${text('a')}]`, '2025-06-18'), text('a'));
  assert.equal(told(`[${image}]`, '2025-11-25'), image);
  assert.equal(told(`[${text('a')},${text('b')}]`, '2025-11-25'), text('a\\nb'));
  assert.equal(told(`[${text('a')},${text('b')}]`, '2025-06-18', true), text('a\\nb'));
  assert.equal(told(`[${text('a')}]`, '2025-11-25', true), `[${text('a')}]`);
  for (const content of [text('a'), '[]', `[${text('a')},${image}]`, `[${text('a')},7]`]) {
    assert.equal(told(content, '2024-11-05'), content);
  }
});
