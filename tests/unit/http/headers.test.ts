import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { TrustedProxies } from '../../../lib/http/client-address.ts';
import { accepts, carriesJson, headerLines } from '../../../lib/http/headers.ts';

function requestWith(headers: Readonly<Record<string, string>>, remoteAddress = '127.0.0.1'): IncomingMessage {
  const rawHeaders = Object.entries(headers).flat();
  return { headers, rawHeaders, socket: { remoteAddress } } as never;
}

test('the lines of a header are found whatever the case of its name, in their order', () => {
  const rawHeaders = ['X-A', '1', 'x-a', '2', 'X-AB', '3', 'X-A', ''];
  assert.deepEqual(headerLines({ rawHeaders } as never, 'x-a'), ['1', '2', '']);
  assert.deepEqual(headerLines({ rawHeaders } as never, 'x'), []);
});

test('the most specific range of an Accept header decides', () => {
  const wanted: [string | undefined, boolean][] = [
    [undefined, true],
    ['*/*', true],
    ['application/*', true],
    ['Application/JSON;q=0.1', true],
    ['text/html, application/json', true],
    ['application/json;q=0', false],
    ['application/json; q=0.000, */*', false],
    ['application/*;q=0, */*', false],
    ['text/*', false],
    ['application/jsonx', false],
    ['', false],
  ];
  for (const [accept, yes] of wanted) {
    const request = { headers: accept === undefined ? {} : { accept } } as never;
    assert.equal(accepts(request, 'application/json'), yes, accept);
  }
});

test('only plain JSON in UTF-8 is taken for JSON', () => {
  const json = (type: string, encoding?: string) => {
    return carriesJson(requestWith({ 'content-type': type, ...(encoding && { 'content-encoding': encoding }) }));
  };
  for (const type of ['application/json', 'APPLICATION/JSON; charset=utf-8', 'application/json;']) {
    assert.ok(json(type), type);
  }
  for (const type of ['application/json; charset=latin1', 'application/jsonp', 'text/json', 'application/json; x=y']) {
    assert.ok(!json(type), type);
  }
  assert.ok(json('application/json', 'identity') && !json('application/json', 'br'));
});

test('the client behind trusted proxies is the last address that is none of theirs', () => {
  const proxies = new TrustedProxies(['10.0.0.0/8', '192.0.2.1', 'fd00::/8']);
  const of = (remote: string, forwarded?: string) =>
    proxies.clientOf(requestWith(forwarded === undefined ? {} : { 'X-Forwarded-For': forwarded }, remote));
  assert.equal(of('203.0.113.1', '198.51.100.1'), '203.0.113.1', 'nobody may say so of themselves');
  assert.equal(of('::ffff:10.0.0.1', '198.51.100.1'), '198.51.100.1');
  assert.equal(of('10.0.0.1', '1.1.1.1, 198.51.100.1, 192.0.2.1, fd00::7'), '198.51.100.1');
  assert.equal(of('fd12::1', 'unknown, 10.9.9.9'), '10.9.9.9');
  assert.equal(of('10.0.0.1', 'nonsense'), '10.0.0.1');
  assert.equal(of('10.0.0.1'), '10.0.0.1');
  assert.equal(of('10.0.0.1', '2001:db8::1'), '2001:db8::1');
});
