import assert from 'node:assert/strict';
import { test } from 'node:test';
import { engineFront, proofOf } from '../support/engine/engine-front.ts';
import { modernPost, send } from '../support/http/http.ts';

const OAUTH = { authorization_servers: ['https://idp.example'] };
const WELL_KNOWN = '/.well-known/oauth-protected-resource';

test('a Host with a port there is none of ends the request, and never the gateway', async (t) => {
  const { url } = await engineFront(t, { clients: ['ci'], auth: { oauth: OAUTH } });
  for (const port of ['65536', '99999', '0', '00080', '']) {
    const Host = `localhost:${port}`;
    const metadata = await send(new URL(WELL_KNOWN, url).href, { method: 'GET', headers: { Host } });
    const call = await send(url, modernPost('tools/list', {}, { Host }));
    const isPort = port !== '' && Number(port) <= 65_535;
    assert.deepEqual([metadata.status, call.status], isPort ? [200, 401] : [403, 403], port);
  }
});

test('under a config whose keys cannot be made ready nobody comes in, least of all by the keys of the one before', async (t) => {
  const { url, engine } = await engineFront(t, { clients: ['ci'] });
  const status = async () => (await send(url, modernPost('tools/list', {}, proofOf('ci')))).status;
  const { gateway } = engine;
  gateway.config = { ...gateway.config, auth: { ...gateway.config.auth, apiKeys: [{} as never] } };
  assert.deepEqual([await status(), await status(), await status()], [500, 500, 500]);
});
