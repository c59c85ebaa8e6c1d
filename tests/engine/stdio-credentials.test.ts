import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { provingScene } from '../support/engine/proving-client.ts';
import { plainToken } from '../support/identity/plain-tokens.ts';
import { ERAS } from '../support/mcp/eras.ts';
import type { Message } from '../support/mcp/lines.ts';

const KEY = 'dev.sallyport/token';
const ANN = plainToken({ sub: 'ann' });
const BOB = plainToken({ sub: 'bob' });

function showing(token: unknown): Message {
  return { _meta: { [KEY]: token } };
}

function isRefused(answer: Message): void {
  assert.deepEqual(answer.error, { code: -31401, message: 'Not authenticated' });
}

for (const era of ERAS) {
  test(`${era}: before any proof every request is told the same, and nothing is started, listed or opened`, async (t) => {
    const { engine, client } = await provingScene(t, { era });
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } };
    for (const method of ['initialize', 'server/discover', 'ping', 'tools/list', 'x/unknown', 'tools/call']) {
      isRefused(await client.ask(method, method === 'initialize' ? params : { name: 'a' }));
    }
    for (const token of ['wrong', '', 7, null, ['a'], 'a b', 'x'.repeat(20_000), plainToken({ sub: 7 as never })]) {
      isRefused(await client.ask('initialize', { ...params, ...showing(token) }));
    }
    client.send('[{"jsonrpc":"2.0","id":5,"method":"ping"}]');
    client.send('{"jsonrpc":"2.0","id":6,"method":');
    isRefused(await client.until(({ id }) => id === null));
    client.notify('notifications/initialized');
    client.send({ jsonrpc: '2.0', id: 1, result: {} });
    isRefused(await client.ask('tools/list'));
    assert.deepEqual([engine.gateway.sessions.size, engine.server.messages.length], [0, 0]);
    const codes = new Set(engine.audit.refusedCodes);
    assert.ok(
      [...codes].every((code) => /^SP200[18]$|^SP2003$/.test(code)),
      [...codes].join(' '),
    );
    assert.ok(!JSON.stringify(engine.audit.records).includes('wrong'));
    assert.ok(engine.audit.records.length <= 12, `${engine.audit.records.length} records`);
  });

  test(`${era}: a credential of the environment proves who asks, for every request`, async (t) => {
    const { engine, client } = await provingScene(t, { era, given: { text: ANN } });
    if (era === 'legacy') await client.initialize();
    const answer = await client.call('anything');
    assert.equal(answer.result.content[0].text, 'done', JSON.stringify(answer));
    const [call] = engine.audit.records.filter((record) => record.kind === 'call');
    assert.equal(call!.call.principal.subject, 'ann');
    assert.equal(call!.call.principal.proof, 'jwt');
  });

  test(`${era}: an API key does as well as a token`, async (t) => {
    const key = `sha256:${createHash('sha256').update('a-key-long-enough').digest('hex')}`;
    const auth = { api_keys: [{ client_id: 'ci', key }] };
    const { client } = await provingScene(t, { era, auth, given: { text: 'a-key-long-enough' } });
    if (era === 'legacy') await client.initialize();
    assert.ok((await client.ask('tools/list')).result.tools);
  });

  test(`${era}: a token that ends, or is taken back, refuses the next request until there is a newer one`, async (t) => {
    const at = Date.now();
    const given = { text: plainToken({ sub: 'ann', expiresMs: at + 60_000 }) };
    const { engine, client, tokens } = await provingScene(t, { era, given });
    if (era === 'legacy') await client.initialize();
    assert.ok((await client.call('a')).result);
    engine.pass(61_000);
    isRefused(await client.call('a'));
    given.text = plainToken({ sub: 'ann', expiresMs: at + 600_000 });
    assert.ok((await client.call('a')).result, 'the session goes on');
    tokens.revoked.add(given.text);
    isRefused(await client.call('a'));
  });

  test(`${era}: a token for somebody else is refused once there was a first, whatever it comes by`, async (t) => {
    const given = { text: ANN };
    const { engine, client } = await provingScene(t, { era, given });
    if (era === 'legacy') await client.initialize();
    assert.ok((await client.call('a')).result);
    isRefused(await client.ask('tools/call', { name: 'a', arguments: {}, ...showing(BOB) }));
    given.text = BOB;
    isRefused(await client.call('a'));
    isRefused(await client.ask('tools/call', { name: 'a', ...showing(plainToken({ sub: 'ann', roles: ['admin'] })) }));
    assert.ok(engine.audit.refusedCodes.includes('SP2015'));
    assert.equal((await client.ask('tools/call', { name: 'a', ...showing(ANN) })).result.content[0].text, 'done');
  });

  test(`${era}: a credential in a message reaches neither the server nor the log, whether one is asked for or not`, async (t) => {
    for (const required of [true, false]) {
      const { engine, client } = await provingScene(t, { era, auth: { required } });
      const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } };
      if (era === 'legacy') {
        assert.ok((await client.ask('initialize', { ...params, ...showing(ANN) })).result);
        client.notify('notifications/initialized', showing(ANN));
      }
      const other = { 'DEV.Sallyport/Token': ANN, keep: '\u2028', n: 1.0 };
      const line = `{"jsonrpc":"2.0","id":70,"method":"tools/call","params":{"name":"a","arguments":{"n":1.50},"_meta":${JSON.stringify({ ...client.meta, ...other }).slice(0, -1)},"dev\\u002esallyport/token":"${ANN}","last":1.0}}}`;
      client.send(line);
      const answer = await client.reply(70);
      assert.equal(answer.result?.content[0].text, 'done', JSON.stringify(answer));
      const received = JSON.stringify(engine.server.messages);
      assert.ok(!received.includes(ANN.slice(6)) && !/sallyport\/token/i.test(received), received);
      const [asked] = engine.server.asked('tools/call') as Message[];
      assert.deepEqual([asked.params._meta.keep, asked.params._meta.last], ['\u2028', 1]);
      assert.ok(!JSON.stringify(engine.audit.records).includes(ANN.slice(6)));
    }
  });

  test(`${era}: frames wait in order while somebody else is asked about the first`, async (t) => {
    const { client, tokens } = await provingScene(t, { era, given: { text: ANN } });
    tokens.isSlow = true;
    const initialize = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } };
    const opening = era === 'legacy' ? [{ jsonrpc: '2.0', id: 1, method: 'initialize', params: initialize }] : [];
    const more = [2, 3, 4].map((id) => ({ jsonrpc: '2.0', id, method: 'ping', params: { _meta: client.meta } }));
    const sent = era === 'legacy' ? [...opening, ...more] : more.map((one) => ({ ...one, method: 'tools/list' }));
    client.write(sent.map((one) => `${JSON.stringify(one)}\n`).join(''));
    for (const { id } of sent) assert.equal((await client.reply(id)).error, undefined);
  });

  test(`${era}: a token that is bound to a key counts for nothing where no proof of it can come`, async (t) => {
    const given = { text: plainToken({ sub: 'ann', jkt: 'thumbprint' }) };
    const { engine, client } = await provingScene(t, { era, given });
    isRefused(await client.ask(era === 'legacy' ? 'initialize' : 'tools/list'));
    assert.deepEqual(engine.audit.refusedCodes, ['SP2009']);
  });
}

test('a modern request that shows no credential is nobody, whatever the one before it showed', async (t) => {
  const { client } = await provingScene(t, { era: 'modern' });
  assert.ok((await client.ask('tools/list', showing(ANN))).result);
  isRefused(await client.ask('tools/list'));
  assert.ok((await client.ask('tools/list', showing(ANN))).result);
});

test('what a legacy client showed with `initialize` holds for its session, until it ends and a newer one is shown', async (t) => {
  const at = Date.now();
  const { engine, client } = await provingScene(t);
  const until = (ms: number) => showing(plainToken({ sub: 'ann', expiresMs: at + ms }));
  await client.initialize(until(60_000));
  assert.ok((await client.call('a')).result);
  engine.pass(61_000);
  isRefused(await client.call('a'));
  assert.ok((await client.ask('tools/call', { name: 'a', ...until(600_000) })).result);
  assert.ok((await client.call('a')).result, 'the newer one holds from there on');
});

test('without the scope everybody needs a token opens nothing, and one that only lacks a scope for a tool says which', async (t) => {
  const oauth = {
    authorization_servers: ['https://idp.example'],
    scopes: { read: ['server/read_*'], write: ['server/*'] },
    required_scopes: ['mcp'],
  };
  const given = { text: plainToken({ sub: 'ann', scopes: ['read'] }) };
  const { engine, client } = await provingScene(t, { auth: { oauth }, given });
  isRefused(await client.ask('initialize'));
  assert.deepEqual(engine.audit.refusedCodes, ['SP2014']);
  engine.pass(2000);
  given.text = plainToken({ sub: 'ann', scopes: ['mcp', 'read'] });
  await client.initialize();
  assert.ok((await client.call('read_text')).result.content[0].text === 'done');
  const { result } = await client.call('write_text');
  const denial = result._meta['dev.sallyport/denial'];
  assert.deepEqual([result.isError, denial.code, denial.scopes], [true, 'SP2014', ['write']]);
  given.text = plainToken({ sub: 'ann', scopes: ['mcp', 'read', 'write'] });
  assert.equal((await client.call('write_text')).result.content[0].text, 'done', 'in the same session');
});

test('too many wrong credentials are not even looked at, and the right one is again after a while', async (t) => {
  const { engine, client, tokens } = await provingScene(t, { era: 'modern' });
  for (let i = 0; i < 15; i++) isRefused(await client.ask('tools/list', showing(`plain.${i}`)));
  assert.equal(tokens.asked, 10);
  engine.pass(60_000);
  assert.ok((await client.ask('tools/list', showing(ANN))).result);
});

test('a proof that fails in a way nobody thought of is no proof', async (t) => {
  const { engine, client, tokens } = await provingScene(t, { given: { text: ANN } });
  tokens.prove = () => {
    throw new Error('out of order');
  };
  isRefused(await client.ask('initialize'));
  assert.equal(engine.logged[0]!.event, 'authentication_failed');
});

test('a client that came in as the user of the machine is nobody any more once a proof is asked for', async (t) => {
  const { engine, client } = await provingScene(t, { auth: { required: false }, given: { text: ANN } });
  await client.initialize();
  assert.ok((await client.call('a')).result);
  const { gateway } = engine;
  gateway.config = { ...gateway.config, auth: { ...gateway.config.auth, required: true } };
  isRefused(await client.call('a'));
  assert.ok(engine.audit.refusedCodes.includes('SP2015'));
});

test('what still runs for a client is ended once its credential has, and it is told why', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const given = { text: plainToken({ sub: 'ann', expiresMs: Date.now() + 60_000 }) };
  const { engine, client } = await provingScene(t, { given });
  await client.initialize();
  assert.ok((await client.call('a')).result);
  engine.server.hold('tools/call');
  const running = client.call('a');
  await engine.server.askedTimes('tools/call', 2);
  t.mock.timers.tick(5000);
  engine.pass(61_000);
  given.text = plainToken({ sub: 'ann', expiresMs: Date.now() + 120_000 });
  t.mock.timers.tick(5000);
  engine.pass(60_000);
  t.mock.timers.tick(5000);
  const { result } = await running;
  assert.deepEqual([result.isError, result._meta['dev.sallyport/denial'].code], [true, 'SP2001']);
  isRefused(await client.call('a'));
});
