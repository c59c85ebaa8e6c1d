import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Houses } from '../support/engine/houses.ts';

const FACTS = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } };

test('a session that ends while its server is started leaves nothing that is counted against its principal', async (t) => {
  const houses = new Houses(t, { only: 'legacy' }, (server) => server.hold('initialize'));
  const client = houses.session('ana');
  client.send({ id: 1, method: 'initialize', params: FACTS });
  await houses.servers[0]!.askedTimes('initialize', 1);
  const { account } = client.session;
  assert.equal(account.running, 1);
  client.end();
  assert.equal(account.running, 0);
});
