import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpScene } from '../../../support/http/http-scene.ts';
import { events, json, RawHttp, type Received } from '../../../support/http/raw-http.ts';

function to(location: string, status = 307): (received: Received) => void {
  return ({ response }) => response.writeHead(status, { Location: location }).end('elsewhere');
}

test('a redirect within the server is followed with the same request, up to three times', async (t) => {
  const far = new RawHttp(t);
  far.legacy();
  const hops = ['/a', '/b', '/c', '/d'];
  far.onMessage('tools/call', (received) => {
    const steps = received.message.params.name === 'three' ? 3 : 4;
    const next = hops[hops.indexOf(received.path) + 1]!;
    if (hops.indexOf(received.path) + 1 < steps) to(next, next === '/b' ? 308 : 307)(received);
    else json(received, { at: received.path, name: received.message.params.name });
  });
  far.onGet((received) => {
    if (received.path === '/mcp') to('stream/?x=1')(received);
    else events(received).write('data: {"jsonrpc":"2.0","method":"notifications/tools/list_changed"}\n\n');
  });
  const url = await far.listen();
  const scene = new HttpScene(t, url, { headers: { Authorization: 'Bearer s' } });
  await scene.open();
  await scene.until(({ method }) => method === 'notifications/tools/list_changed');
  assert.equal((await far.got(({ method, path }) => method === 'GET' && path !== '/mcp')).path, '/stream/?x=1');
  scene.request(2, 'tools/call', { name: 'three' });
  assert.deepEqual((await scene.about(2)).result, { at: '/c', name: 'three' });
  for (const { headers } of far.received) assert.equal(headers.authorization, 'Bearer s');
  scene.request(3, 'tools/call', { name: 'four' });
  assert.deepEqual((await scene.about(3)).error, { code: -31502, message: 'far redirects again and again' });
});

test('a redirect to anywhere else, or one that changes the request, is not followed and says where it leads', async (t) => {
  const elsewhere = new RawHttp(t);
  const other = new URL(await elsewhere.listen());
  const cases: [string, number, RegExp][] = [
    [`${other.origin}/mcp?secret=1`, 307, new RegExp(`^far redirects to ${other.origin}, which is not where`)],
    [`//127.0.0.1:${other.port}/x`, 308, new RegExp(`^far redirects to ${other.origin}, `)],
    [`https://127.0.0.1:${other.port}/`, 307, /^far redirects to https:/],
    ['file:///etc/passwd', 307, /^far redirects to file:, /],
    ['http://169.254.169.254/latest', 307, /^far redirects to http:\/\/169\.254\.169\.254, /],
    ['/here', 302, /^far redirects with HTTP 302, which changes the request$/],
    ['/here', 303, /^far redirects with HTTP 303/],
    ['http://[', 307, /^far redirects to nowhere \(HTTP 307\)$/],
  ];
  for (const [location, status, text] of cases) {
    const far = new RawHttp(t);
    far.onMessage('initialize', to(location, status));
    const scene = new HttpScene(t, await far.listen());
    scene.server.demand();
    scene.request(1, 'initialize', {});
    const outage = await scene.outage();
    assert.match(outage.text, text);
    assert.ok(outage.code === 'SP5013' || outage.code === 'SP5014', outage.code);
    assert.equal(far.received.length, 1, location);
  }
  const far = new RawHttp(t);
  const url = await far.listen();
  far.onMessage('initialize', to(url.replace('http://', 'http://user:password@')));
  const scene = new HttpScene(t, url);
  scene.server.demand();
  scene.request(1, 'initialize', {});
  assert.equal((await scene.outage()).code, 'SP5013', 'the credentials of a redirect are nobody that was configured');
  assert.equal(elsewhere.received.length, 0);
});
