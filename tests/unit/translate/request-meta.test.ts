import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withModernMeta, withoutModernMeta } from '../../../lib/translate/request-meta.ts';
import { Payload } from '../../../lib/wire/payload.ts';

const PREFIX = 'io.modelcontextprotocol/';
const FACTS = { version: '2026-07-28', clientCapabilities: { roots: {} } };
const ADDED = `"${PREFIX}protocolVersion":"2026-07-28","${PREFIX}clientCapabilities":{"roots":{}}`;

function added(params: string | undefined, facts: Parameters<typeof withModernMeta>[1] = FACTS): string {
  const made = withModernMeta(params === undefined ? undefined : Payload.of(params), facts);
  return made === 'malformed' ? made : made.text();
}

test('a modern request carries the facts beside all it had', () => {
  assert.equal(added(undefined), `{"_meta":{${ADDED}}}`);
  assert.equal(added('{}'), `{"_meta":{${ADDED}}}`);
  assert.equal(added('{"name":"t","_meta":{}}'), `{"name":"t","_meta":{${ADDED}}}`);
  assert.equal(
    added('{"_meta": {"progressToken":7, "a/b":1.0 } ,"n":1e2}'),
    `{"_meta": {"progressToken":7, "a/b":1.0 ,${ADDED}} ,"n":1e2}`,
  );
});

test('facts the client claimed by itself are replaced, the level included', () => {
  const claimed = `{"_meta":{"${PREFIX}logLevel":"debug","k":1,"${PREFIX}clientInfo":{},"${PREFIX}protocolVersion":"x"}}`;
  assert.equal(added(claimed), `{"_meta":{"k":1,${ADDED}}}`);
  assert.equal(added(claimed.replace('logLevel', 'log\\u004cevel')), `{"_meta":{"k":1,${ADDED}}}`);
});

test('who the client is and the level it wants are told when they are known, byte for byte', () => {
  const clientInfo = Payload.of('{"name":"c","version":"1", "x":1.0}');
  const clientCapabilities = Payload.of('{"sampling":{ }}');
  assert.equal(
    added('{}', { version: '2026-07-28', clientInfo, clientCapabilities, logLevel: 'error' }),
    `{"_meta":{"${PREFIX}protocolVersion":"2026-07-28","${PREFIX}clientInfo":{"name":"c","version":"1", "x":1.0},"${PREFIX}clientCapabilities":{"sampling":{ }},"${PREFIX}logLevel":"error"}}`,
  );
});

test('a legacy request carries none of the facts, and no empty `_meta` for want of them', () => {
  const without = (params: string) => {
    const made = withoutModernMeta(Payload.of(params));
    return made === undefined || made === 'malformed' ? made : made.text();
  };
  assert.equal(without(`{"_meta":{${ADDED}}}`), '{}');
  assert.equal(
    without(`{"name":"t","_meta":{${ADDED},"progressToken":"p"},"n":1.0}`),
    '{"name":"t","_meta":{"progressToken":"p"},"n":1.0}',
  );
  assert.equal(without('{"_meta":{}}'), '{"_meta":{}}');
  assert.equal(withoutModernMeta(undefined), undefined);
});

test('a `_meta` that is no object is malformed', () => {
  for (const meta of ['null', '[]', '"x"', '1']) {
    const params = Payload.of(`{"_meta":${meta}}`);
    assert.equal(withModernMeta(params, FACTS), 'malformed');
    assert.equal(withoutModernMeta(params), 'malformed');
  }
});
