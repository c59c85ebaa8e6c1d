import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { connect } from 'node:tls';
import { Authority } from '../../../backends/credentials/authority.ts';
import { holdBack } from '../../../backends/credentials/hold-back.ts';
import { TrustFiles } from '../../../backends/credentials/trust-files.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { selfSigned } from '../../support/http/certificates.ts';
import { Api } from '../../support/sandbox/api.ts';
import { curl, EgressScene, type Peer, rawOrigin } from '../../support/sandbox/egress.ts';

const SECRET = 'the-real-token';
const from = { kind: 'value', value: SECRET } as const;

/** A proxy that holds a secret for `api.test:PORT` back. */
async function scene(t: TestContext, { names = 'api.test', trusts = true, port = 0 } = {}) {
  const folder = temporaryFolder(t);
  const certificate = await selfSigned(folder, 'api', names);
  const api = await Api.listen(t, certificate);
  const at = port === 0 ? api.port : port;
  const hosts = [`api.test:${at}`, `localhost:${at}`];
  const environment = trusts ? { NODE_EXTRA_CA_CERTS: certificate.cert } : {};
  const { variables, heldBack } = holdBack([{ name: 'T', from, hosts, like: '' }], [SECRET], environment);
  const seen = heldBack!.seeing(folder, {});
  const egress = await EgressScene.of(t, {
    names: { 'api.test': ['127.0.0.1'], 'other.test': ['127.0.0.1'] },
    options: { seeing: seen.seeing },
  });
  const trusted = seen.variables['CURL_CA_BUNDLE']!;
  const proxy = ['--proxy', `http://127.0.0.1:${egress.port}`, '--cacert', trusted];
  return {
    folder,
    api,
    egress,
    placeholder: variables['T']!,
    trusted,
    proxy,
    bearer: `Authorization: Bearer ${variables['T']}`,
  };
}

test('a host is asked by its name, and proves itself by it', async (t) => {
  const { api, proxy, bearer, egress } = await scene(t);
  const { stdout, stderr } = await curl(t, ...proxy, '-H', bearer, `https://api.test:${api.port}/x`);
  assert.equal(stdout, 'hello', stderr);
  assert.deepEqual([api.last.name, api.last.headers.authorization], ['api.test', `Bearer ${SECRET}`]);
  assert.equal(api.last.headers.host, `api.test:${api.port}`);
  assert.deepEqual(
    egress.decided.map(({ via, decision }) => `${via} ${decision}`),
    ['connect allow'],
  );
});

test('a host is asked through SOCKS5 and by a listener that stands for it as well', async (t) => {
  const { api, trusted, bearer, egress } = await scene(t);
  const url = `https://api.test:${api.port}/`;
  const socks = ['--socks5-hostname', `127.0.0.1:${egress.port}`, '--cacert', trusted, '-H', bearer];
  assert.equal((await curl(t, ...socks, url)).stdout, 'hello');
  const port = await egress.listener({ host: 'api.test', port: api.port });
  const direct = ['--connect-to', `api.test:${api.port}:127.0.0.1:${port}`, '--cacert', trusted, '-H', bearer];
  assert.equal((await curl(t, ...direct, url, url)).stdout, 'hellohello');
  assert.deepEqual(
    api.got.map(({ headers }) => headers.authorization),
    Array(3).fill(`Bearer ${SECRET}`),
  );
});

test('a host that cannot prove its name gets nothing', async (t) => {
  for (const setting of [{ names: 'wrong.test' }, { trusts: false }]) {
    const { api, proxy, bearer } = await scene(t, setting);
    const { stdout } = await curl(t, ...proxy, '--include', '-H', bearer, `https://api.test:${api.port}/`);
    assert.match(stdout, /^HTTP\/1\.1 502 [\s\S]*the host did not prove who it is \([A-Z_]+\)/m);
    assert.deepEqual(api.got, []);
  }
});

test('a placeholder for another host is refused with its code, also without TLS, and is written down', async (t) => {
  const { api, proxy, placeholder, egress } = await scene(t);
  const plain = await Api.listen(t);
  const url = `http://other.test:${plain.port}/?t=${placeholder}`;
  const { stdout } = await curl(t, ...proxy, '--include', url);
  assert.match(stdout, /^HTTP\/1\.1 403 [\s\S]*it carries a credential for another host \(SP5026\)/);
  assert.doesNotMatch(stdout, new RegExp(SECRET));
  assert.deepEqual([plain.got, api.got], [[], []]);
  assert.deepEqual(
    egress.decided.map(({ host, decision, code }) => `${host} ${decision} ${code}`),
    ['other.test deny SP5026'],
  );
});

test('a request that could be read in two ways, or would be repeated, is refused inside of TLS as outside', async (t) => {
  const { api, egress, trusted, bearer } = await scene(t);
  for (const head of [
    `GET / HTTP/1.1\r\nHost: other.test:${api.port}`,
    `GET https://other.test/ HTTP/1.1\r\nHost: api.test:${api.port}`,
    `POST / HTTP/1.1\r\nHost: api.test:${api.port}\r\nContent-Length: 3\r\nTransfer-Encoding: chunked`,
    `TRACE / HTTP/1.1\r\nHost: api.test:${api.port}`,
    `CONNECT other.test:443 HTTP/1.1\r\nHost: other.test:443`,
  ]) {
    const peer = await egress.tunnel(api.port, 'api.test');
    const answer = await inTls(peer, trusted, 'api.test', `${head}\r\n${bearer}\r\n\r\n`);
    assert.match(answer, /^(?:HTTP\/1\.1 400 |$)/, head);
  }
  assert.deepEqual(api.got, []);
});

test('a client that asks for another name in TLS than of the proxy is not served', async (t) => {
  const { api, egress, trusted } = await scene(t);
  const peer = await egress.tunnel(api.port, 'api.test');
  await assert.rejects(inTls(peer, trusted, 'other.test', 'GET / HTTP/1.1\r\n\r\n'));
  assert.deepEqual(api.got, []);
});

test('what is not encrypted and goes to such a host is carried unread', async (t) => {
  const port = await rawOrigin(t, (peer) => peer.socket.pipe(peer.socket));
  const { egress } = await scene(t, { port });
  const peer = await egress.tunnel(port, 'api.test');
  peer.send('SSH-2.0-whatever\n');
  await peer.until('SSH-2.0-whatever\n');
});

test('other hosts stay encrypted from end to end', async (t) => {
  const { api, folder, egress, placeholder } = await scene(t);
  const other = await selfSigned(folder, 'other', 'other.test');
  const far = await Api.listen(t, other);
  const proxy = ['--proxy', `http://127.0.0.1:${egress.port}`, '--cacert', other.cert];
  assert.equal((await curl(t, ...proxy, '-H', `X: ${placeholder}`, `https://other.test:${far.port}/`)).stdout, 'hello');
  assert.equal(far.last.headers['x'], placeholder, 'nobody could read it on the way, and nobody did');
  assert.deepEqual(api.got, []);
});

test('the certificates are as RFC 5280 wants them, for names and addresses', () => {
  const authority = new Authority();
  const own = new X509Certificate(authority.certificate);
  assert.ok(own.ca && own.checkIssued(own) && own.verify(own.publicKey));
  assert.notEqual(authority.certificate, new Authority().certificate);
  for (const host of ['api.test', '127.0.0.1']) {
    assert.equal(authority.contextFor(host), authority.contextFor(host), 'one is used again while it is valid');
  }
});

test('the files of certificates are made anew, follow no link, and are gone with the proxy', async (t) => {
  const { folder, trusted, egress } = await scene(t);
  assert.equal(lstatSync(trusted).mode & 0o777, 0o600);
  assert.ok(readFileSync(trusted, 'utf8').split('BEGIN CERTIFICATE').length > 20);
  assert.doesNotMatch(readFileSync(trusted, 'utf8'), /PRIVATE KEY/);
  await egress.proxy.close();
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('trusted-')),
    [],
  );
  const secret = join(folder, 'secret');
  writeFileSync(secret, 'untouched');
  symlinkSync(secret, join(folder, 'trusted-4194305-0123456789abcdef-all.pem'));
  TrustFiles.write(folder, 'certificates', 'more').remove();
  assert.equal(readFileSync(secret, 'utf8'), 'untouched');
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.startsWith('trusted-')),
    [],
  );
});

/** Speaks TLS on a tunnel and resolves with all that is answered. */
function inTls(peer: Peer, trusted: string, servername: string, text: string): Promise<string> {
  peer.socket.removeAllListeners('data');
  const inner = connect({ socket: peer.socket, servername, ca: readFileSync(trusted) });
  return new Promise((resolve, reject) => {
    let answer = '';
    inner.once('error', reject);
    inner.setEncoding('latin1').on('data', (chunk: string) => {
      answer += chunk;
    });
    inner.once('secureConnect', () => inner.write(text));
    inner.once('close', () => resolve(answer));
    inner.once('end', () => inner.end());
  });
}
