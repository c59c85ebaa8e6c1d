import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { events, json, RawHttp } from '../../support/http/raw-http.ts';
import { textOf } from '../../support/mcp/peer.ts';
import { GatewayPeer } from '../../support/program/gateway.ts';

function legacyServer(t: TestContext, session: string): RawHttp {
  const far = new RawHttp(t);
  far.legacy(session);
  far.onMessage('tools/list', (received) =>
    json(received, { tools: [{ name: 'work', inputSchema: { type: 'object' } }] }),
  );
  far.onMessage('tools/call', (received) => json(received, { content: [{ type: 'text', text: 'done' }] }));
  return far;
}

async function gatewayTo(t: TestContext, far: RawHttp, more = ''): Promise<GatewayPeer> {
  const backend = `{ name: far, url: "${await far.listen()}", headers: { Authorization: "Bearer \${FAR_TOKEN}" } }`;
  const config = `version: 1\nbackends:\n  - ${backend}\n${more}`;
  return new GatewayPeer(t, 'run', [], { config, env: { FAR_TOKEN: 'token-of-the-far-server' } });
}

test('a session the server forgot costs the call that finds out, and the next one has another session', async (t) => {
  const far = legacyServer(t, 'first');
  const gateway = await gatewayTo(t, far);
  await gateway.initialize();
  assert.equal(textOf(await gateway.call('work')), 'done');
  far.on(
    ({ headers }) => headers['mcp-session-id'] === 'first',
    ({ response }) => response.writeHead(404).end(),
  );
  const lost = await gateway.call('work');
  assert.match(JSON.stringify(lost), /far has ended the session.*SP5015/);
  far.legacy('second');
  assert.equal(textOf(await gateway.call('work')), 'done');
  assert.equal((await far.gotMessage('tools/call')).headers['mcp-session-id'], 'second');
  assert.equal(far.received.filter(({ message }) => message?.method === 'tools/call').length, 3);
});

test('a call the server fails is answered with the reason, others are not touched, and no secret is told', async (t) => {
  const far = legacyServer(t, 's');
  const gateway = await gatewayTo(t, far);
  await gateway.initialize();
  far.onMessage('tools/call', ({ headers, message, response }) => {
    const { how } = message.params.arguments;
    if (how === 'status') response.writeHead(500, headers.authorization).end(headers.authorization);
    else if (how === 'break') response.destroy();
    else if (how === 'other')
      response.writeHead(307, { Location: 'https://other.example/token-of-the-far-server' }).end();
    else json({ message, response } as Parameters<typeof json>[0], { content: [{ type: 'text', text: 'done' }] });
  });
  const [status, broken, other, fine] = await Promise.all(
    ['status', 'break', 'other', 'fine'].map((how) => gateway.call('work', { how })),
  );
  assert.match(textOf(status), /^far answered with HTTP 500 \(SP5014/);
  assert.match(textOf(broken), /^far closed the connection before it answered; what was asked may have been done/);
  assert.match(textOf(other), /^far redirects to https:\/\/other\.example, which is not where it is configured/);
  assert.equal(textOf(fine), 'done');
  await gateway.end();
  assert.doesNotMatch(
    gateway.lines.join() + gateway.stderr + JSON.stringify(gateway.records),
    /token-of-the-far-server/,
  );
});

test('a server that cannot be reached is said to be, and a gateway ends in time whatever its servers do', async (t) => {
  const far = legacyServer(t, 's');
  const gateway = await gatewayTo(t, far, '  - { name: gone, url: "http://127.0.0.1:1/" }\n');
  await gateway.initialize();
  const { tools } = (await gateway.ask('tools/list')).result;
  assert.deepEqual(
    tools.map(({ name }: { name: string }) => name),
    ['far__work'],
  );
  far.onMessage('tools/call', (received) => void events(received).write(': at work\n\n'));
  far.on(
    ({ method }) => method === 'DELETE',
    () => {},
  );
  const call = gateway.call('far__work', {}, 'c');
  await far.gotMessage('tools/call');
  const ended = gateway.end();
  assert.match(JSON.stringify(await call), /SP5010/);
  assert.equal((await ended).code, 0);
  await far.got(({ method }) => method === 'DELETE');
});
