import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { mayOpen, openBrowser } from '../../../backends/authorization/browser.ts';
import { codeIn, consentPage, newSecrets } from '../../../backends/authorization/consent.ts';
import { serverMetadata } from '../../../backends/authorization/metadata.ts';
import { listenForRedirect } from '../../../backends/authorization/redirect-listener.ts';

const ISSUER = 'https://as.example';
const secrets = { state: 'the-state', verifier: 'v'.repeat(43) };
const server = (namesItself: boolean) =>
  serverMetadata(
    JSON.stringify({ issuer: ISSUER, authorization_response_iss_parameter_supported: namesItself }),
    ISSUER,
  );
const answer = (more: Record<string, string>) => new URLSearchParams({ state: 'the-state', code: 'abc', ...more });

test('the page to agree on holds the code to us and to one resource', () => {
  const page = consentPage(
    {
      endpoint: new URL('https://as.example/auth?tenant=1'),
      clientId: 'me',
      redirectUri: 'http://127.0.0.1:1234/callback',
      resource: 'https://a.example/mcp',
      scopes: ['a', 'b'],
      jkt: undefined,
    },
    secrets,
  );
  const { searchParams } = page;
  assert.equal(searchParams.get('tenant'), '1');
  assert.equal(searchParams.get('code_challenge_method'), 'S256');
  assert.equal(searchParams.get('code_challenge'), createHash('sha256').update(secrets.verifier).digest('base64url'));
  assert.equal(searchParams.get('resource'), 'https://a.example/mcp');
  assert.equal(searchParams.get('scope'), 'a b');
  assert.ok(!page.href.includes(secrets.verifier));
  assert.notEqual(newSecrets().state, newSecrets().state);
});

test('an answer that another server could have sent is refused before anything in it is believed', () => {
  assert.equal(codeIn(answer({ iss: ISSUER }), server(true), secrets), 'abc');
  assert.equal(codeIn(answer({}), server(false), secrets), 'abc');
  assert.equal(codeIn(answer({ iss: ISSUER }), server(false), secrets), 'abc');
  const wrong: [string, URLSearchParams, boolean][] = [
    ['no iss where one is said to come', answer({}), true],
    ['the iss of another', answer({ iss: 'https://b.example' }), false],
    ['an iss that is only alike', answer({ iss: `${ISSUER}/` }), true],
    ['another state', answer({ state: 'other', iss: ISSUER }), true],
    ['no state', new URLSearchParams({ code: 'abc', iss: ISSUER }), true],
    ['two codes', new URLSearchParams([...answer({ iss: ISSUER }), ['code', 'def']]), true],
    ['two iss', new URLSearchParams([...answer({ iss: ISSUER }), ['iss', ISSUER]]), true],
    ['no code', new URLSearchParams({ state: 'the-state', iss: ISSUER }), true],
    ['an error of another server', answer({ error: 'access_denied', iss: 'https://b.example' }), true],
  ];
  for (const [what, said, names] of wrong) assert.throws(() => codeIn(said, server(names), secrets), Error, what);
  assert.throws(() => codeIn(answer({ error: 'access_denied' }), server(false), secrets), /"access_denied"/);
  assert.throws(() => codeIn(answer({ error: '<b>x</b>' }), server(false), secrets), /says "no"/);
});

test('only pages are opened, and by a program that is no shell', async () => {
  for (const url of [
    'javascript:alert(1)',
    'file:///etc/passwd',
    'http://as.example/',
    'data:text/html,x',
    'vbscript:x',
  ]) {
    assert.equal(mayOpen(new URL(url)), false, url);
    assert.equal(await openBrowser(new URL(url)), false, url);
  }
  assert.equal(mayOpen(new URL('https://as.example/auth')), true);
  assert.equal(mayOpen(new URL('http://127.0.0.1:8080/auth')), true);
  assert.equal(await openBrowser(new URL('https://as.example/'), 'plan9'), false);
});

test('a browser comes back once, to one path, with the state that was sent out', async (t) => {
  const listener = await listenForRedirect(undefined, false, 'the-state');
  t.after(() => listener.close());
  const { uri } = listener;
  assert.match(uri, /^http:\/\/127\.0\.0\.1:\d+\/callback$/);
  const status = async (url: string, init: RequestInit = {}) => (await fetch(url, init)).status;
  assert.equal(await status(`${uri}?state=other&code=x`), 404);
  assert.equal(await status(`${uri}/more?state=the-state&code=x`), 404);
  assert.equal(await status(uri.replace('127.0.0.1', 'localhost').concat('?state=the-state')).catch(() => 404), 404);
  assert.equal(await status(`${uri}?state=the-state&state=the-state&code=x`), 404);
  assert.equal(await status(`${uri}?state=the-state&code=x`, { method: 'POST' }), 404);
  assert.equal(await status(`${uri}?state=the-state&code=right`), 200);
  assert.equal((await listener.answer).get('code'), 'right');
  assert.equal(await status(`${uri}?state=the-state&code=again`), 404);
});

test('nobody waits for a browser for ever, and a port that must be is not replaced by another', async (t) => {
  const first = await listenForRedirect(undefined, false, 's', 10);
  t.after(() => first.close());
  await assert.rejects(first.answer, /in time/);
  const port = Number(new URL(first.uri).port);
  await assert.rejects(listenForRedirect(port, true, 's'), /EADDRINUSE/);
  const other = await listenForRedirect(port, false, 's');
  t.after(() => other.close());
  assert.notEqual(other.uri, first.uri);
});
