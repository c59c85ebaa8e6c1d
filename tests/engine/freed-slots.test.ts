import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Era } from '../../lib/model/era.ts';
import { createEngine } from '../support/engine/engine.ts';
import { textOf } from '../support/mcp/client.ts';

const SLOTS = 64;

/** A client all of whose slots are taken by calls it has cancelled, and which the server keeps to itself. */
async function allCancelled(t: TestContext, era: Era) {
  const engine = createEngine(t, { era });
  const { server } = engine;
  const client = engine.client('ana');
  if (era === 'legacy') await client.initialize();
  await client.ask('tools/list');
  server.hold('tools/call');
  for (let i = 0; i < SLOTS; i++) client.send(client.callLine(`"c${i}"`, 'work'));
  const asked = await server.askedTimes('tools/call', SLOTS);
  for (let i = 0; i < SLOTS; i++) client.notify('notifications/cancelled', { requestId: `c${i}` });
  /** Makes a call; says what came of it, which the server answers if it gets it. */
  const call = async (): Promise<string> => {
    const before = server.asked('tools/call').length;
    const answer = client.call('work');
    const reached = server.askedTimes('tools/call', before + 1).then((calls) => calls.at(-1)!);
    const first = await Promise.race([answer, reached]);
    if ('result' in first) return textOf(first);
    server.result(first.id, { content: [{ type: 'text', text: 'done' }] });
    return textOf(await answer);
  };
  const letPass = (ms: number) => engine.gateway.turn.run(() => engine.gateway.backends[0]!.tick(ms, false));
  return { engine, client, asked, call, letPass };
}

for (const era of ['legacy', 'modern'] as const) {
  test(`a server that never answers cancelled calls, as the protocol asks, gets new ones (${era})`, async (t) => {
    const { engine, client, asked, call, letPass } = await allCancelled(t, era);
    await client.ask('tools/list');
    letPass(59_000);
    assert.match(await call(), /too many calls/);
    letPass(2000);
    assert.equal(await call(), 'done');
    const refused = () => engine.audit.records.filter(({ kind }) => kind === 'refused').length;
    const before = refused();
    engine.server.result(asked[0]!.id, { content: [] });
    assert.equal(await call(), 'done');
    assert.equal(refused(), before, 'an answer that comes after all is no garbage');
  });

  test(`slots are kept until the server shows that it goes on, and it is asked to (${era})`, async (t) => {
    const { engine, call, letPass } = await allCancelled(t, era);
    const sign = era === 'legacy' ? 'ping' : 'server/discover';
    const before = engine.server.asked(sign).length;
    engine.server.hold(sign);
    letPass(60_000);
    letPass(60_000);
    assert.match(await call(), /too many calls/);
    const probes = await engine.server.askedTimes(sign, before + 1);
    assert.equal(probes.length, before + 1, 'it is asked once, not at every look');
    engine.server.result(probes.at(-1)!.id, {});
    await engine.server.when(() => true);
    letPass(1);
    assert.equal(await call(), 'done');
  });
}
