import assert from 'node:assert/strict';
import { test } from 'node:test';
import { truncate } from '../../../lib/checks/truncate.ts';
import { Payload } from '../../../lib/wire/payload.ts';

interface ToolResult {
  readonly content: readonly { readonly type: string; readonly text: string }[];
  readonly isError?: boolean;
  readonly resultType?: string;
  readonly structuredContent?: unknown;
}

function textResult(...texts: string[]): Payload {
  return Payload.of(JSON.stringify({ content: texts.map((text) => ({ type: 'text', text })), n: 1 }));
}

function cut(body: Payload, most: number, structured = false): { result: ToolResult; size: number } | undefined {
  const edited = truncate(body, most, structured)?.apply(body);
  return edited && { result: edited.json() as ToolResult, size: edited.size };
}

const MARK = /\n\[sallyport: (\d+) bytes more were cut, SP3012\]$/;

test('a long text is cut to the limit, and a mark says how many bytes are missing', () => {
  const { result, size } = cut(textResult('x'.repeat(5000)), 1000)!;
  const { text } = result.content[0]!;
  const missing = Number(MARK.exec(text)?.[1]);
  assert.equal(missing, 5000 - text.replace(MARK, '').length);
  assert.ok(size <= 1000 && size > 700, `${size} bytes`);
});

test('texts before the limit stay whole, the one that crosses it is cut, those after it are only a mark', () => {
  const { result } = cut(textResult('a'.repeat(100), 'b'.repeat(5000), 'c'.repeat(300)), 1500)!;
  const [first, second, third] = result.content.map(({ text }) => text);
  assert.equal(first, 'a'.repeat(100));
  assert.match(second!, /^b+\n\[sallyport: /);
  assert.equal(third, '\n[sallyport: 300 bytes more were cut, SP3012]');
});

test('everything but the cut texts keeps its own bytes', () => {
  const body = Payload.of(
    `{"_meta":{"n":1.10},"content":[{"type":"text","text":"${'x'.repeat(5000)}","annotations":{"priority":0.50}}],"z": 12345678901234567890}`,
  );
  const edited = truncate(body, 1000, false)!.apply(body).text();
  assert.ok(edited.startsWith('{"_meta":{"n":1.10},"content":[{"type":"text","text":"xxx'));
  assert.ok(edited.endsWith(',"annotations":{"priority":0.50}}],"z": 12345678901234567890}'));
});

test('a cut never leaves half a character, and stays within the limit however the text is escaped', () => {
  const texts = ['😀', 'é', '漢', '"', '\\', '\n', '\u0001', '\u2028', 'a😀', '\u0085"'];
  for (const text of texts) {
    for (let most = 400; most < 420; most++) {
      const { result, size } = cut(textResult(text.repeat(2000)), most)!;
      const kept = result.content[0]!.text.replace(MARK, '');
      assert.ok(text.repeat(2000).startsWith(kept));
      assert.doesNotMatch(kept, /[\ud800-\udbff]$/);
      assert.ok(size <= most, `${size} > ${most} for ${JSON.stringify(text)}`);
    }
  }
});

test('a result with structured content becomes an error that says not to repeat the call', () => {
  const body = Payload.of(
    JSON.stringify({ content: [{ type: 'text', text: 'x'.repeat(5000) }], structuredContent: { rows: [1] } }),
  );
  const { result } = cut(body, 1000)!;
  assert.equal(result.isError, true);
  assert.equal(result.structuredContent, undefined);
  assert.equal(
    result.content[0]?.text,
    `The call ran, but its structured answer of ${body.size} bytes is over the limit of 1000 and was withheld (SP3012). Do not repeat it; ask for less.`,
  );
});

test('a result of a tool that declares an output schema becomes an error even when it is only text', () => {
  assert.equal(cut(textResult('x'.repeat(5000)), 1000, true)?.result.isError, true);
  assert.equal(cut(textResult('x'.repeat(5000)), 1000, false)?.result.isError, undefined);
});

test('what stands in for a modern result says that it is complete', () => {
  const body = Payload.of(
    JSON.stringify({ resultType: 'complete', content: [], structuredContent: { a: 'x'.repeat(5000) } }),
  );
  assert.equal(cut(body, 1000)?.result.resultType, 'complete');
});

test('a result that is not big because of its texts is left to be blocked', () => {
  const image = Payload.of(
    JSON.stringify({ content: [{ type: 'image', data: 'x'.repeat(5000), mimeType: 'image/png' }] }),
  );
  assert.equal(cut(image, 1000), undefined);
  const both = Payload.of(
    JSON.stringify({
      content: [
        { type: 'text', text: 'a' },
        { type: 'image', data: 'x'.repeat(5000) },
      ],
    }),
  );
  assert.equal(cut(both, 1000), undefined);
  assert.equal(cut(Payload.of(`{"other":"${'x'.repeat(5000)}"}`), 1000), undefined);
});
