import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Payload } from '../../../lib/wire/payload.ts';
import { tracedParams } from '../../../lib/wire/trace-members.ts';

const put = (text: string | undefined, members: Parameters<ReturnType<typeof tracedParams>['with']>[0]) =>
  tracedParams(text === undefined ? undefined : Payload.of(text))
    .with(members)
    ?.text();

test('members are put where there are none, in the place of others, and taken out', () => {
  const members = { traceparent: 'p' };
  assert.equal(put(undefined, members), '{"_meta":{"traceparent":"p"}}');
  assert.equal(put('{}', members), '{"_meta":{"traceparent":"p"}}');
  assert.equal(put('{"a":1}', members), '{"a":1,"_meta":{"traceparent":"p"}}');
  assert.equal(put('{"_meta":{},"a":1}', members), '{"_meta":{"traceparent":"p"},"a":1}');
  assert.equal(put('{"_meta":{"x":1.0, "y":2}}', members), '{"_meta":{"x":1.0, "y":2,"traceparent":"p"}}');
  const full = '{"_meta":{"tracestate":"s","x":1e0,"TraceParent":"q","traceparent":"r","baggage":[1]}}';
  assert.equal(put(full, members), '{"_meta":{"x":1e0,"traceparent":"p"}}');
  assert.equal(put(full, {}), '{"_meta":{"x":1e0}}');
  assert.equal(put('{"_meta":{"traceparent":"r"}}', members), '{"_meta":{"traceparent":"p"}}');
  assert.equal(put(undefined, {}), undefined);
  assert.equal(put('{"_meta":7}', members), '{"_meta":7}');
});

test('texts are read, and nothing else is', () => {
  const read = (meta: unknown) => tracedParams(Payload.of(JSON.stringify({ _meta: meta }))).members;
  assert.deepEqual(read({ traceparent: 'a"b', tracestate: 's', baggage: 'b', other: 'o' }), {
    traceparent: 'a"b',
    tracestate: 's',
    baggage: 'b',
  });
  assert.deepEqual(read({ traceparent: 1, tracestate: null, baggage: {} }), {});
  assert.deepEqual(read({ TraceParent: 'a', traceparent: 'x'.repeat(9000) }), {});
  assert.deepEqual(read([]), {});
});

test('whatever stands in `_meta`, all else of the message keeps its bytes', () => {
  const key = fc.oneof(fc.string(), fc.constantFrom('traceparent', 'TRACESTATE', 'baggage', 'progressToken'));
  const meta = fc.dictionary(key, fc.jsonValue(), { maxKeys: 8 });
  fc.assert(
    fc.property(meta, fc.jsonValue(), fc.option(fc.string(), { nil: undefined }), (inner, args, traceparent) => {
      const text = JSON.stringify({ name: 't', _meta: inner, arguments: args });
      const members = traceparent === undefined ? {} : { traceparent };
      const done = put(text, members)!;
      const kept = Object.fromEntries(
        Object.entries(JSON.parse(text)._meta).filter(
          ([name]) => !['traceparent', 'tracestate', 'baggage'].includes(name.toLowerCase()),
        ),
      );
      const { _meta, ...rest } = JSON.parse(done);
      assert.deepEqual(_meta, { ...kept, ...members });
      assert.deepEqual(rest, { name: 't', arguments: JSON.parse(text).arguments });
      assert.ok(done.endsWith(`"arguments":${JSON.stringify(args)}}`), 'the same bytes');
    }),
  );
});
