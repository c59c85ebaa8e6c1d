import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';
import { test } from 'node:test';
import { TrustedProxies } from '../../../lib/http/client-address.ts';
import { Guard } from '../../../lib/http/guard.ts';
import { SeenUrls } from '../../../lib/http/seen-url.ts';
import type { ServerConfig } from '../../../lib/model/server-config.ts';

const SERVER = {
  host: '127.0.0.1',
  path: '/mcp',
  allowedHosts: ['mcp.acme.example', 'mcp.acme.example:8443'],
  allowedOrigins: [],
};
const PROXY = '10.0.0.1';

interface Asking {
  readonly url?: string;
  readonly from?: string;
  readonly encrypted?: boolean;
  readonly host?: string;
  readonly headers?: readonly (readonly [string, string])[];
}

function seen(
  { url = '/mcp', from = '192.0.2.1', encrypted = false, host = 'localhost:9020', headers = [] }: Asking,
  publicUrl?: string,
) {
  const server = { ...SERVER, publicUrl, trustedProxies: [PROXY] } as unknown as ServerConfig;
  const urls = new SeenUrls(server, new TrustedProxies(server.trustedProxies), new Guard(server));
  const rawHeaders = [['Host', host], ...headers].flat();
  const socket = { remoteAddress: from, localPort: 9020, encrypted };
  const request = { url, rawHeaders, headers: { host }, socket };
  return urls.of(request as unknown as IncomingMessage);
}

test('without a public URL it is what the connection and the Host header say', () => {
  assert.equal(seen({}), 'http://localhost:9020/mcp');
  assert.equal(seen({ encrypted: true, url: '/mcp?x=1' }), 'https://localhost:9020/mcp');
});

test('with a public URL it is that, whatever anybody writes into a header', () => {
  const headers = [['X-Forwarded-Host', 'localhost']] as const;
  assert.equal(seen({ from: PROXY, headers }, 'https://acme.example/team/mcp'), 'https://acme.example/team/mcp');
  assert.equal(seen({}, 'https://acme.example'), 'https://acme.example/mcp');
  assert.equal(
    seen({ url: '/api/v1/status' }, 'https://acme.example/team/mcp'),
    'https://acme.example/team/api/v1/status',
  );
  assert.equal(seen({ url: '/api/v1/status' }, 'https://acme.example/else'), 'https://acme.example/api/v1/status');
});

test('a proxy that is trusted says scheme and host, as long as the host is one of ours', () => {
  const told = (from: string, ...headers: [string, string][]) => seen({ from, headers });
  const https: [string, string] = ['X-Forwarded-Proto', 'HTTPS'];
  assert.equal(told(PROXY, https, ['X-Forwarded-Host', 'mcp.acme.example']), 'https://mcp.acme.example/mcp');
  assert.equal(told(PROXY, https), 'https://localhost:9020/mcp');
  assert.equal(told('192.0.2.1', https, ['X-Forwarded-Host', 'mcp.acme.example']), 'http://localhost:9020/mcp');
  assert.equal(told(PROXY, https, ['X-Forwarded-Host', 'evil.example']), undefined);
  assert.equal(told(PROXY, https, ['X-Forwarded-Host', 'mcp.acme.example, evil.example']), undefined);
  assert.equal(told(PROXY, https, ['X-Forwarded-Proto', 'http']), undefined);
  assert.equal(told(PROXY, ['X-Forwarded-Proto', 'ftp']), undefined);
  assert.equal(told(PROXY, ['X-Forwarded-Proto', '']), undefined);
});

test('a port nobody here answers at is none of ours, unless the config names it or a trusted proxy stands there', () => {
  assert.equal(seen({ host: 'localhost:1234' }), undefined);
  assert.equal(seen({ host: 'mcp.acme.example:1234', encrypted: true }), undefined);
  assert.equal(seen({ host: '[::1]:1234' }), undefined);
  assert.equal(seen({ host: 'MCP.acme.example:8443', encrypted: true }), 'https://MCP.acme.example:8443/mcp');
  assert.equal(seen({ host: 'mcp.acme.example', encrypted: true }), 'https://mcp.acme.example/mcp');
  assert.equal(seen({ host: 'localhost:1234', from: PROXY }), 'http://localhost:1234/mcp');
  assert.equal(seen({ host: 'localhost:1234' }, 'https://acme.example/mcp'), 'https://acme.example/mcp');
});
