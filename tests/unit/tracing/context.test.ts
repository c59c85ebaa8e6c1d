import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { remoteSpan, traceparentOf } from '../../../lib/tracing/context.ts';

const TRACE = '0af7651916cd43dd8448eb211c80319c';
const SPAN = 'b7ad6b7169203331';
const PARENT = `00-${TRACE}-${SPAN}-01`;

test('a parent is read as the standard writes it, also of a later version', () => {
  const read = { traceId: TRACE, spanId: SPAN, sampled: true, state: undefined };
  assert.deepEqual(remoteSpan(PARENT, undefined), read);
  assert.deepEqual(remoteSpan(`cc-${TRACE}-${SPAN}-09-what-comes`, undefined), read);
  assert.equal(remoteSpan(`00-${TRACE}-${SPAN}-02`, undefined)?.sampled, false);
});

test('what the standard does not allow is no parent', () => {
  const wrong = [
    undefined,
    '',
    `ff-${PARENT.slice(3)}`,
    `${PARENT}-more`,
    ` ${PARENT}`,
    `${PARENT}\n`,
    PARENT.toUpperCase(),
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.slice(1)}-${SPAN}-01`,
    `cc-${TRACE}-${SPAN}-01-${'x'.repeat(300)}`,
  ];
  for (const text of wrong) assert.equal(remoteSpan(text, 'a=1'), undefined, text);
});

test('a state is kept when it is well-formed, and dropped whole when it is not', () => {
  const stateOf = (text: string) => remoteSpan(PARENT, text)?.state;
  assert.equal(stateOf('acme=1, t@sys=x y ,,'), 'acme=1,t@sys=x y');
  const many = (count: number) => Array.from({ length: count }, (_, at) => `k${at}=v`).join(',');
  assert.equal(stateOf(many(32)), many(32));
  for (const text of [
    many(33),
    'a=1,a=2',
    'A=1',
    'a',
    '=1',
    'a=1=2',
    'a=\u0001',
    `a=${'x'.repeat(600)}`,
    'a=1\r\nb: c',
  ])
    assert.equal(stateOf(text), undefined, text);
});

test('nothing that can be said breaks it, and what it accepts it writes the same', () => {
  const text = fc.oneof(fc.string(), fc.stringMatching(/^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/));
  fc.assert(
    fc.property(text, fc.string(), (parent, state) => {
      const span = remoteSpan(parent, state);
      if (span === undefined) return;
      const { traceId, spanId, sampled } = span;
      const again = remoteSpan(traceparentOf(traceId, spanId, sampled), span.state);
      assert.deepEqual(again, span);
    }),
  );
});
