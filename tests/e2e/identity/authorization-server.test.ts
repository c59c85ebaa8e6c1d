import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startAuthorizationServer } from '../../support/identity/authorization-server.ts';

const RESOURCE = 'https://gateway.example/mcp';

function claimsOf(token: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as Record<string, unknown>;
}

test('the authorization server of the tests issues tokens for one resource, and signs with new keys when told to', async (t) => {
  const server = await startAuthorizationServer(t);
  const kidOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()).kid as string;
  const first = await server.clientToken('service', RESOURCE, 'files.read');
  const { aud, iss, scope } = claimsOf(first.access_token);
  assert.deepEqual([aud, iss, scope], [RESOURCE, server.issuer, 'files.read']);
  server.rotate();
  const second = await server.clientToken('service', RESOURCE);
  const { keys } = (await (await fetch(server.jwksUri)).json()) as { keys: { kid: string }[] };
  assert.deepEqual(
    keys.map(({ kid }) => kid),
    [kidOf(second.access_token), kidOf(first.access_token)],
  );
});
