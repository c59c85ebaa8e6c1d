import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modernPost, send } from '../../support/http/http.ts';
import { oauthScene } from '../../support/identity/oauth-scene.ts';

test('an authorization server changes its keys under a flood of calls, and no valid request is refused', async (t) => {
  const { server, url } = await oauthScene(t, { oauth: { scopes: ['mcp'] } });
  const newToken = async () => (await server.clientToken('service', url, 'mcp')).access_token;
  let token = await newToken();
  let stop = false;
  const seen = new Map<number, number>();
  const flood = Array.from({ length: 8 }, async (_, index) => {
    for (let round = 0; !stop; round++) {
      // Half of them come with a token nobody has seen yet.
      const own = (index + round) % 2 === 0 ? await newToken() : token;
      const call = modernPost(
        'tools/call',
        { name: 'echo', arguments: { text: 'x' } },
        { Authorization: `Bearer ${own}` },
      );
      const { status } = await send(url, call);
      seen.set(status, (seen.get(status) ?? 0) + 1);
    }
  });
  const calls = () => [...seen.values()].reduce((sum, count) => sum + count, 0);
  const until = async (count: number) => {
    while (calls() < count) await new Promise(setImmediate);
  };
  await until(60);
  server.rotate();
  await until(120);
  token = await newToken();
  await until(240);
  stop = true;
  await Promise.all(flood);
  assert.deepEqual([...seen.keys()], [200], JSON.stringify([...seen]));
  assert.equal(server.asked.get('/jwks'), 2, 'once at the start, once for the new key');
});
