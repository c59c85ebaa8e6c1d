import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EngineFront, engineFront } from '../support/engine/engine-front.ts';
import { type HttpResponse, modernPost, open, send } from '../support/http/http.ts';
import { LegacyHttp } from '../support/http/legacy-http.ts';
import { modernMeta } from '../support/mcp/eras.ts';
import type { Asked } from '../support/mcp/scripted-server.ts';

/** More than the buffers of two sockets hold, and of the gateway. */
const EVENTS = 300;
const TEXT = 'x'.repeat(100_000);

/** Begins a call that reports progress, of a client that does not read. */
async function flooded({ engine }: EngineFront, call: Promise<HttpResponse>): Promise<[HttpResponse, Asked]> {
  engine.server.hold('tools/call');
  const [asked] = await engine.server.askedTimes('tools/call', 1);
  const report = (progress: number, message: string) =>
    engine.server.notify('notifications/progress', { progressToken: asked!.id, progress, message });
  report(0, 'first');
  const stream = await call;
  await stream.message(() => true);
  stream.pause();
  for (let i = 1; i <= EVENTS; i++) {
    report(i, TEXT);
    if (i % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return [stream, asked!];
}

test('a modern client that does not read loses its stream, and with it the call; others go on', async (t) => {
  const own = await engineFront(t, { era: 'modern' });
  const _meta = { ...modernMeta(), progressToken: 'p' };
  const [stream, asked] = await flooded(own, open(own.url, modernPost('tools/call', { name: 'work', _meta })));
  await own.engine.server.until(
    ({ method, params }) => method === 'notifications/cancelled' && params.requestId === asked.id,
  );
  const other = await send(own.url, modernPost('tools/list'));
  assert.equal(other.json.result.tools[0].name, 'work');
  stream.resume();
  await stream.end();
  assert.ok(stream.messages.length < EVENTS, `${stream.messages.length} events were kept for it`);
  assert.ok(!stream.messages.some(({ id }) => id !== undefined));
});

test('a legacy client that does not read makes its own server wait, and misses nothing when it reads on', async (t) => {
  const own = await engineFront(t, { era: 'legacy' });
  const client = new LegacyHttp(own.url);
  await client.initialize();
  const call = client.start(client.callOf('work', {}, 'slow', { progressToken: 'p' }));
  const [stream, asked] = await flooded(own, call);
  own.engine.server.result(asked.id, { content: [{ type: 'text', text: 'done' }] });
  const { replayBytes } = own.front.sessions;
  assert.ok(replayBytes < 3_000_000, `${replayBytes} bytes are kept`);
  stream.resume();
  await stream.end();
  assert.deepEqual(
    stream.messages.map(({ params, id }) => params?.progress ?? id),
    [...Array(EVENTS + 1).keys(), 'slow'],
  );
});
