import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EventDecoder } from '../../../../backends/http/event-decoder.ts';
import { chunked } from '../../../support/mcp/frames.ts';

interface Decoded {
  readonly events: readonly string[];
  readonly lastId: string | undefined;
  readonly retryMs: number | undefined;
}

/** Each event as `type:data`. */
function decode(stream: string | Buffer, points: readonly number[] = []): Decoded {
  const events: string[] = [];
  let data: Buffer[] = [];
  const decoder = new EventDecoder({
    data: (bytes) => data.push(bytes),
    end: (type) => {
      events.push(`${type}:${Buffer.concat(data).toString('utf8')}`);
      data = [];
    },
  });
  for (const chunk of chunked(Buffer.from(stream), points)) decoder.push(chunk);
  return { events, lastId: decoder.lastId, retryMs: decoder.retryMs };
}

test('an event is its data lines joined, and its type is message unless it says otherwise', () => {
  const streams: [string, string[]][] = [
    ['data: a\n\n', ['message:a']],
    ['data:a\n\ndata:  b \n\n', ['message:a', 'message: b ']],
    ['data: a\ndata: b\ndata\ndata:\n\n', ['message:a\nb\n\n']],
    ['event: endpoint\ndata: /x\n\ndata: y\n\n', ['endpoint:/x', 'message:y']],
    ['data: x\nevent: late\n\n', ['late:x']],
    [': a comment\n:\ndata: a\n: another\n\n', ['message:a']],
    ['\n\n\ndata: a\n\n\n\n', ['message:a']],
    ['\ufeffdata: a\n\n', ['message:a']],
    ['\ufeff\ufeffdata: a\n\ndata: b\n\n', ['message:b']],
    ['DATA: a\nData: b\n data: c\ndata : d\nfoo: e\ndatas: f\n\n', []],
    ['event: ping\n\nid: 1\n\n', []],
    ['data: not the end', []],
    ['data: not the end\n', []],
    [`event: ${'m'.repeat(2000)}\ndata: a\n\n`, ['\0:a']],
    ['event: message\ndata: {"a":"ü€😀"}\n\n', ['message:{"a":"ü€😀"}']],
  ];
  for (const [stream, events] of streams) assert.deepEqual(decode(stream).events, events, JSON.stringify(stream));
});

test('an id is where to go on, once its event is complete, and only if a header can carry it', () => {
  assert.equal(decode('id: 1\ndata: a\n\n').lastId, '1');
  assert.equal(decode('id: 1\ndata: a\n\nid: 2\ndata: b\n').lastId, '1');
  assert.equal(decode('id: 1\n\ndata: b\n\n').lastId, '1', 'an id needs no data');
  assert.equal(decode('id: 1\n\nid\n\n').lastId, undefined, 'an empty id takes it back');
  for (const unusable of ['a b', 'ä', 'a\0b', 'x'.repeat(2000)]) {
    assert.equal(decode(`id: 1\n\nid: ${unusable}\ndata: a\n\n`).lastId, undefined, JSON.stringify(unusable));
  }
});

test('a retry is a number of milliseconds, or nothing', () => {
  assert.equal(decode('retry: 1500\n\n').retryMs, 1500);
  assert.equal(decode('retry: 15\nretry: soon\nretry: -1\nretry: 1e3\nretry\n\n').retryMs, 15);
});

test('lines may end in LF, CR or both, and chunks wherever they like, and nothing changes', () => {
  const stream =
    ': hello\nid: 7\nevent: message\ndata: {"a":\ndata: "ü€😀"}\nretry: 20\n\ndata: b\n\nevent: x\ndata: c\n\n';
  const expected = decode(stream);
  assert.deepEqual(expected.events, ['message:{"a":\n"ü€😀"}', 'message:b', 'x:c']);
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('\n', '\r', '\r\n'), { minLength: 12, maxLength: 12 }),
      fc.array(fc.nat(), { maxLength: 30 }),
      (breaks, points) => {
        let next = 0;
        const written = stream.replaceAll('\n', () => breaks[next++ % breaks.length]!);
        // A CR before an LF that begins a line of its own would be one line break.
        fc.pre(!written.includes('\r\n') || breaks.every((one, i) => !(one === '\r' && breaks[(i + 1) % 12] === '\n')));
        assert.deepEqual(decode(written, points), expected);
      },
    ),
  );
  const bytes = Buffer.from(`\ufeff${stream.replaceAll('\n', '\r\n')}`);
  assert.deepEqual(decode(bytes, [...bytes.keys()]), expected, 'byte by byte');
});
