import assert from 'node:assert/strict';
import { test } from 'node:test';
import { curl, EgressScene, httpOrigin } from '../../support/sandbox/egress.ts';

const METADATA = '169.254.169.254';

test('a name that leads into a closed network is refused, and the record names the address', async (t) => {
  for (const address of ['10.0.0.1', METADATA, 'fd00:ec2::254', '::ffff:192.168.0.1', '64:ff9b::a9fe:a9fe', '::2']) {
    const scene = await EgressScene.of(t, { names: { 'x.test': [address] } });
    const { stdout } = await curl(t, '--proxy', `http://127.0.0.1:${scene.port}`, 'http://x.test/');
    assert.match(stdout, /SP5021/, address);
    const [{ host, decision, code, address: named } = assert.fail()] = scene.decided;
    assert.deepEqual([host, decision, code, named], ['x.test', 'deny', 'SP5021', address]);
    assert.deepEqual(scene.ended, []);
  }
});

test('a name with an open address and a closed one is refused, in either order', async (t) => {
  const port = await httpOrigin(t, (_, response) => response.end('reached'));
  for (const addresses of [
    ['127.0.0.1', METADATA],
    [METADATA, '127.0.0.1'],
  ]) {
    const scene = await EgressScene.of(t, { names: { 'x.test': addresses } });
    const { stdout } = await curl(t, '--proxy', `http://127.0.0.1:${scene.port}`, `http://x.test:${port}/`);
    assert.match(stdout, /SP5021/);
    assert.equal(scene.decided[0]!.address, METADATA);
  }
});

test('a name that leads elsewhere the next time it is asked for gains nothing', async (t) => {
  const port = await httpOrigin(t, (_, response) => response.end('reached'));
  const scene = await EgressScene.of(t, { names: { 'x.test': [['127.0.0.1'], [METADATA]] } });
  const args = ['--proxy', `http://127.0.0.1:${scene.port}`, `http://x.test:${port}/`];
  assert.equal((await curl(t, ...args)).stdout, 'reached');
  assert.deepEqual(scene.lookedUp, ['x.test'], 'what was judged is connected to, without another lookup');
  assert.match((await curl(t, ...args)).stdout, /SP5021/);
});

test('a request on a kept connection goes to the address that was judged, however the name changes', async (t) => {
  const port = await httpOrigin(t, (request, response) => response.end(`reached ${request.url}\n`));
  const scene = await EgressScene.of(t, { names: { 'x.test': [['127.0.0.1'], [METADATA]] } });
  const url = `http://x.test:${port}`;
  const { stdout } = await curl(t, '--proxy', `http://127.0.0.1:${scene.port}`, `${url}/1`, `${url}/2`);
  assert.equal(stdout, 'reached /1\nreached /2\n');
  assert.deepEqual([scene.lookedUp.length, scene.decided.length], [1, 1]);
});

test('every spelling of a host is judged and recorded in the one that is connected to', async (t) => {
  const port = await httpOrigin(t, (_, response) => response.end('reached'));
  const port6 = await httpOrigin(t, (_, response) => response.end('reached'), '::1');
  for (const [written, to, host] of [
    ['0x7f.1', port, '127.0.0.1'],
    ['2130706433', port, '127.0.0.1'],
    ['127.1', port, '127.0.0.1'],
    ['[::ffff:127.0.0.1]', port, '127.0.0.1'],
    ['[0:0::0:1]', port6, '::1'],
    ['A.TEST', port, 'a.test'],
    ['a.test.', port, 'a.test'],
  ] as const) {
    const scene = await EgressScene.of(t);
    const asked = scene.connect();
    asked.send(`GET http://${written}:${to}/ HTTP/1.1\r\nHost: ${written}:${to}\r\nConnection: close\r\n\r\n`);
    assert.match(await asked.rest(), /reached$/, written);
    const tunnel = await scene.tunnel(to, written);
    assert.match(tunnel.text, /^HTTP\/1\.1 200 /, written);
    assert.deepEqual(
      scene.decided.map((event) => event.host),
      [host, host],
    );
  }
});

test('closed addresses are refused in every spelling, without a lookup', async (t) => {
  const scene = await EgressScene.of(t);
  for (const host of [
    '10.1',
    '0xa000001',
    '167772161',
    '0251.0376.0251.0376',
    METADATA,
    '[fe80::1]',
    '[::ffff:a00:1]',
  ]) {
    const asked = scene.connect();
    asked.send(`GET http://${host}/ HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    assert.match(await asked.rest(), /^HTTP\/1\.1 40[03] /, host);
    const tunnel = scene.connect();
    tunnel.send(`CONNECT ${host}:443 HTTP/1.1\r\n\r\n`);
    assert.match(await tunnel.rest(), /^HTTP\/1\.1 40[03] /, host);
  }
  assert.ok(scene.decided.every(({ decision }) => decision === 'deny'));
  assert.deepEqual([scene.decided.length, scene.lookedUp.length], [14, 0]);
});

test('what could be read as two hosts, or as none, is refused and written down', async (t) => {
  const scene = await EgressScene.of(t);
  const targets = [
    'http://a.test@bad.test/',
    'http://user:pass@a.test/',
    'http://a.test\\@bad.test/',
    'http://a%2etest/',
    'http://a.test:80:81/',
    'http://a.test:0/',
    'http://a.test:99999/',
    'http://0177.0.0.1/',
    'http:///path',
    'http://[::1/',
    'http://a.test#@bad.test/',
    'https://a.test/',
    'ftp://a.test/',
    'http:a.test',
    '/path',
    '*',
  ];
  for (const target of targets) {
    const asked = scene.connect();
    asked.send(`GET ${target} HTTP/1.1\r\nHost: a.test\r\n\r\n`);
    assert.match(await asked.rest(), /^HTTP\/1\.1 400 /, target);
  }
  for (const target of [
    'a.test',
    'a.test:',
    'a.test:0',
    'user@a.test:443',
    'a.test:443/x',
    'http://a.test:443',
    ':443',
  ]) {
    const asked = scene.connect();
    asked.send(`CONNECT ${target} HTTP/1.1\r\n\r\n`);
    assert.match(await asked.rest(), /^HTTP\/1\.1 400 /, target);
  }
  assert.ok(scene.decided.every(({ decision, code }) => decision === 'deny' && code === 'SP5020'));
  assert.deepEqual([scene.lookedUp, scene.ended], [[], []]);
});

test('a redirect to a denied host is refused, because the client has to ask for it', async (t) => {
  const port = await httpOrigin(t, (_, response) => {
    response.writeHead(302, { Location: 'http://x.bad.test/' }).end();
  });
  const scene = await EgressScene.of(t);
  const proxy = `http://127.0.0.1:${scene.port}`;
  const { stdout } = await curl(t, '--location', '--proxy', proxy, `http://a.test:${port}/`);
  assert.match(stdout, /x\.bad\.test.*SP5020/);
  assert.deepEqual(
    scene.decided.map(({ host, decision }) => `${host} ${decision}`),
    ['a.test allow', 'x.bad.test deny'],
  );
});

test('rules that throw deny', async (t) => {
  const fault = () => {
    throw new Error('broken');
  };
  for (const rules of [
    { destination: fault, address: () => ({ effect: 'allow' }) as const },
    { destination: () => ({ effect: 'allow' }) as const, address: fault },
  ]) {
    const scene = await EgressScene.of(t, { rules });
    const { stdout } = await curl(t, '--proxy', `http://127.0.0.1:${scene.port}`, 'http://a.test:1/');
    assert.match(stdout, /SP502[01]/);
    assert.equal(scene.decided[0]!.decision, 'deny');
  }
});
