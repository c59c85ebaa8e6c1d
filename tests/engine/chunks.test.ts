import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine, type EngineClient, type TestEngine } from '../support/engine/engine.ts';
import { ERAS } from '../support/mcp/eras.ts';

const TEXT = 'é€😀\u2028ü';
const ARGS = `{"text":"${TEXT}","n":1.50}`;

/** What reached the server of a call written in the given pieces, and what came back for it. */
async function outcome(engine: TestEngine, client: EngineClient, pieces: readonly Buffer[]): Promise<unknown[]> {
  const [asked, answered] = [engine.server.lines.length, client.lines.length];
  for (const piece of pieces) client.write(piece);
  await client.when(() => client.lines.length > answered);
  const sent = engine.server.lines.slice(asked).map((line) => line.replace(/"id":\d+/, '"id":0'));
  return [sent, client.lines.slice(answered)];
}

for (const era of ERAS) {
  test(`16: a frame cut anywhere, or sent byte by byte, is the same frame (${era})`, async (t) => {
    const engine = createEngine(t, { era });
    const client = engine.client('alice');
    if (era === 'legacy') await client.initialize();
    await client.ask('tools/list');
    engine.server.onRequest('tools/call', ({ params }) => ({
      resultType: 'complete',
      content: [{ type: 'text', text: params.arguments.text }],
    }));
    const frame = Buffer.from(`${client.callLine('"é1"', 'work', ARGS)}\r\n`);
    const whole = await outcome(engine, client, [frame]);
    assert.match(String(whole[0]), /"n":1\.50/);
    for (let at = 1; at < frame.length; at++) {
      assert.deepEqual(
        await outcome(engine, client, [frame.subarray(0, at), frame.subarray(at)]),
        whole,
        `cut at ${at}`,
      );
    }
    const bytes = Array.from(frame, (byte) => Buffer.of(byte));
    assert.deepEqual(await outcome(engine, client, bytes), whole);
  });

  test(`16: a server's answer cut anywhere, or sent byte by byte, is the same answer (${era})`, async (t) => {
    const engine = createEngine(t, { era });
    const client = engine.client('alice');
    if (era === 'legacy') await client.initialize();
    await client.ask('tools/list');
    engine.server.hold('tools/call');
    const expected = `"result":{"resultType":"complete","content":[],"x":"${TEXT.replace('\u2028', '\\u2028')}"}}`;
    for (let round = 0; round <= 130; round++) {
      const call = client.call('work', {}, round);
      const { id } = (await engine.server.askedTimes('tools/call', round + 1))[round]!;
      const line = `{"jsonrpc":"2.0","id":${id},"result":{"resultType":"complete","content":[],"x":"${TEXT}"}}\r\n`;
      const frame = Buffer.from(line);
      if (round === 0) for (const byte of frame) engine.server.write(Buffer.of(byte));
      else for (const piece of [frame.subarray(0, round), frame.subarray(round)]) engine.server.write(piece);
      await call;
      assert.equal(client.lines.at(-1), `{"jsonrpc":"2.0","id":${round},${expected}`);
    }
  });

  test(`16: a separator on the border of two big pieces is escaped like any other (${era})`, async (t) => {
    const engine = createEngine(t, { era });
    const client = engine.client('alice');
    if (era === 'legacy') await client.initialize();
    await client.ask('tools/list');
    const frame = Buffer.from(
      `${client.callLine('1', 'work', `{"a":"${'x'.repeat(6000)}\u2028${'y'.repeat(6000)}"}`)}\n`,
    );
    const at = frame.indexOf('\u2028');
    for (const cut of [at, at + 1, at + 2, at + 3]) {
      const [[sent]] = (await outcome(engine, client, [frame.subarray(0, cut), frame.subarray(cut)])) as [string[]];
      assert.ok(sent!.includes('x\\u2028y') && !sent!.includes('\u2028'), `cut at ${cut}`);
    }
  });

  test(`19: a frame that is nested too deep and comes byte by byte is refused under the id at its end (${era})`, async (t) => {
    const engine = createEngine(t, { era });
    const client = engine.client('alice');
    if (era === 'legacy') await client.initialize();
    const deep = `${'[{"]":"\\"}"},'.repeat(300)}1${']'.repeat(300)}`;
    const frame = Buffer.from(`{"jsonrpc":"2.0","method":"tools/call","params":{"arguments":${deep}},"id":"end"}\n`);
    for (const byte of frame) client.write(Buffer.of(byte));
    assert.equal((await client.reply('end')).error.code, -32600);
    assert.deepEqual(engine.server.asked('tools/call'), []);
  });
}
