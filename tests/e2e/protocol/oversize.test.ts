import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ERAS, openFixture } from '../../support/mcp/eras.ts';
import { textOf } from '../../support/mcp/peer.ts';
import { receivedLines } from '../../support/mcp/received.ts';

const CAP = 256 * 1024;
const config = `version: 1\nlimits: { max_frame_bytes: ${CAP} }\n`;

for (const era of ERAS) {
  test(`17: a frame over the cap from the client is refused, and neither the connection nor the backend suffers (${era})`, async (t) => {
    const gateway = await openFixture(t, era, [], { config });
    const { pid } = JSON.parse(textOf(await gateway.call('whoami')));
    gateway.send(gateway.callLine('"first"', 'echo', `{"text":"${'x'.repeat(CAP)}"}`));
    assert.equal((await gateway.reply('first')).error.code, -32600);
    const params = `{"name":"echo","arguments":{"text":"${'x'.repeat(2 * CAP)}"}}`;
    gateway.send(`{"jsonrpc":"2.0","method":"tools/call","params":${params},"id":"last"}`);
    assert.equal((await gateway.reply('last')).error.code, -32600);
    const from = gateway.lines.length;
    gateway.send(`{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"${'x'.repeat(CAP)}"}}`);
    gateway.send('x'.repeat(8 * CAP));
    gateway.send(`"${'\\u0061'.repeat(CAP)}"`);
    const answers = [await gateway.until(() => true, from), await gateway.until(() => true, from + 1)];
    for (const answer of answers) assert.deepEqual([answer.error?.code, 'id' in answer], [-32600, false]);
    assert.ok(!(await receivedLines(gateway)).some((line) => line.includes('xxx')));
    const exact = gateway.callLine('"exact"', 'echo', '{"text":""}');
    gateway.send(exact.replace('""', `"${'y'.repeat(CAP - Buffer.byteLength(exact))}"`));
    assert.match(textOf(await gateway.reply('exact')), /^y+$/);
    assert.equal(JSON.parse(textOf(await gateway.call('whoami'))).pid, pid);
  });

  test(`18: a frame over the cap from the server is an error for its caller alone, and the server stays (${era})`, async (t) => {
    for (const flags of [[], ['--id-last']]) {
      const gateway = await openFixture(t, era, flags, { config });
      const { pid } = JSON.parse(textOf(await gateway.call('whoami')));
      const slow = gateway.call('slow', { ms: 200 });
      const tooBig = await gateway.call('big', { bytes: CAP });
      assert.equal(tooBig.result.isError, true);
      assert.equal(tooBig.result._meta['dev.sallyport/denial'].code, 'SP5006');
      assert.equal(textOf(await gateway.call('big', { bytes: CAP / 2 })).length, CAP / 2);
      assert.equal(textOf(await slow), 'slept 200');
      assert.equal(JSON.parse(textOf(await gateway.call('whoami'))).pid, pid);
      const [refused] = gateway.records.filter(({ code }) => code === 'SP8004');
      assert.equal(refused.from, 'server');
    }
  });
}

test('18: a frame far over the cap from the server takes no memory to speak of', {
  skip: process.platform !== 'linux' && 'peak memory is read from /proc',
}, async (t) => {
  const gateway = await openFixture(t, 'legacy', [], { config });
  await gateway.call('echo', { text: 'warm' });
  const before = peakKiB(gateway.pid);
  const bytes = 192 * 1024 * 1024;
  assert.equal((await gateway.call('big', { bytes })).result.isError, true);
  const grown = (peakKiB(gateway.pid) - before) * 1024;
  assert.ok(grown < bytes / 4, `the gateway grew by ${grown} bytes`);
});

test('18: a frame far over the cap from the server whose id comes last is an error for its caller', async (t) => {
  const gateway = await openFixture(t, 'legacy', ['--id-last'], { config });
  assert.equal((await gateway.call('big', { bytes: 7 * CAP })).result.isError, true);
});

/** The most memory a process has held. */
function peakKiB(pid: number): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]);
}
