import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Frame } from '../../lib/wire/frame.ts';
import { errorLine, FrameWriter, type Line, notificationLine, requestLine, resultLine } from '../../lib/wire/writer.ts';
import { Collector } from '../support/collect.ts';
import { chunked, readFrame, readFrames } from '../support/mcp/frames.ts';
import { jsonText, objectText } from '../support/mcp/json-text.ts';

const cuts = fc.array(fc.nat(), { maxLength: 5 });

/** What may differ between what came and what leaves: raw CR between tokens, raw separators in strings. */
function neutral(text: string): string {
  return text
    .replaceAll('\r', ' ')
    .replace(/[\u0085\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The raw text of `member` in a line of our own. */
function memberText(line: string, member: 'params' | 'result' | 'error'): string {
  return line.slice(line.indexOf(`"${member}":`) + member.length + 3, -1);
}

function sent(lines: readonly Line[]): Collector {
  const stream = new Collector();
  const writer = new FrameWriter(stream);
  for (const line of lines) writer.put(line);
  writer.flush();
  return stream;
}

/** The line that forwards `frame`, under an id of the gateway's own. */
function forwarded(frame: Frame): Line {
  if (frame.kind === 'request') return requestLine(41, frame.method, frame.params);
  if (frame.kind === 'notification') return notificationLine(frame.method, frame.params);
  assert.equal(frame.kind, 'reply');
  const { id, result, error } = frame as Extract<Frame, { kind: 'reply' }>;
  return result === undefined ? errorLine(id!.raw, error!) : resultLine(id!.raw, result);
}

test('forwarded parameters are the text that came, digit for digit', () => {
  fc.assert(
    fc.property(
      objectText(),
      jsonText({ depth: 1 }),
      fc.constantFrom('', '\r', ' '),
      cuts,
      (params, foreign, end, points) => {
        const text = `{"foreign":${foreign},"id" : 1,"jsonrpc":"2.0","params":\t${params} ,"method":"x"}${end}`;
        const [frame] = readFrames(chunked(Buffer.from(text), points));
        const [line] = sent([forwarded(frame!)]).lines;
        assert.equal(memberText(line!, 'params'), neutral(params));
        // As text, because a key may be `__proto__`.
        const wanted = { jsonrpc: '2.0', id: 41, method: 'x', params: JSON.parse(params) };
        assert.equal(JSON.stringify(JSON.parse(line!)), JSON.stringify(wanted));
      },
    ),
    { numRuns: 500 },
  );
});

test('forwarded results and errors are the text that came, and the id keeps its exact text', () => {
  const id = fc.oneof(fc.integer().map(String), fc.constantFrom('"a\\u0062"', '"é\u2028"', '-0', '9007199254740991'));
  fc.assert(
    fc.property(objectText({ unique: true }), id, fc.boolean(), cuts, (body, raw, ok, points) => {
      const error = `{"code":-32000,"message":"no","data":${body}}`;
      const member = ok ? `"result":${body}` : `"error":${error}`;
      const [frame] = readFrames(chunked(Buffer.from(`{"jsonrpc":"2.0","id":${raw},${member}}`), points));
      const [line] = sent([forwarded(frame!)]).lines;
      assert.equal(memberText(line!, ok ? 'result' : 'error'), neutral(ok ? body : error));
      assert.ok(line!.includes(`"id":${neutral(raw)},`), line);
    }),
    { numRuns: 500 },
  );
});

test('lines of any size come out whole, in order, one line each, and are read back as what they were', () => {
  const method = fc.constantFrom('tools/call', 'é\u2028x', 'line\nfeed');
  const filler = fc
    .tuple(fc.constantFrom('a', 'é', '\\n'), fc.constantFrom(0, 1, 3000, 20_000))
    .map(([c, n]) => c.repeat(n));
  const item = fc.tuple(method, fc.option(filler, { nil: undefined }));
  fc.assert(
    fc.property(fc.array(item, { minLength: 1, maxLength: 6 }), cuts, (items, points) => {
      const lines = items.map(([name, text], index) => {
        const params = text === undefined ? undefined : `{"text":"${text}","n":1.10}`;
        const body = params === undefined ? '' : `,"params":${params}`;
        const frame = readFrame(`{"jsonrpc":"2.0","id":1,"method":"m"${body}}`);
        return requestLine(index, name, frame.kind === 'request' ? frame.params : undefined);
      });
      const stream = sent(lines);
      assert.equal(stream.lines.length, items.length);
      const frames = readFrames(chunked(stream.bytes, points));
      assert.deepEqual(
        frames.map((frame) => frame.kind === 'request' && [frame.id.key, frame.method]),
        items.map(([name], index) => [index, name]),
      );
      assert.doesNotMatch(stream.bytes.toString(), /[\r\u0085\u2028\u2029]/);
    }),
    { numRuns: 100 },
  );
});
