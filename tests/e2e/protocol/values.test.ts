import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERAS, openFixture } from '../../support/mcp/eras.ts';
import type { Message } from '../../support/mcp/lines.ts';
import { textOf } from '../../support/mcp/peer.ts';
import { receivedLines, sayOnly } from '../../support/mcp/received.ts';

const NUMBERS =
  '[12345678901234567890,-9223372036854775808,1.0,1e2,1E+2,1e400,-0,-0.0,0.1000000000000000055511151231257827,1e-999,3.14159265358979323846264338327950288]';
const CHARACTERS = '"\\ud800","\\udfff\\ud800","\\u0000","\\u200b\u200b","\\u202e\u202e","\ufeff","e\u0301","\\/"';
/** Names that would not show as what they are: lone surrogates, NUL, zero-width, bidirectional, tags, soft hyphen. */
const BAD_NAMES = ['a\ud800', '\udc00b', 'a\0b', 'a\u200bb', 'a\u202eb', '\ufeffa', 'a\u00adb', 'a\u{e0041}', 'a\nb'];

/** What is shown to somebody would lose such characters, or be refused for them (docs/inspection.md). */
const UNINSPECTED = 'version: 1\nsecurity: { injection: { enabled: false }, rendering: { hidden: off } }\n';
/** Its list changes, and what is in it is not looked at. */
const UNSEEN = UNINSPECTED.replace('injection:', 'registry: { pin: off }, injection:');

for (const era of ERAS) {
  const complete = era === 'modern' ? '"resultType":"complete",' : '';

  test(`23: numbers pass digit for digit in both directions (${era})`, async (t) => {
    const gateway = await openFixture(t, era);
    await gateway.ask('tools/list');
    gateway.send(gateway.callLine('1', 'raw', `{"n":${NUMBERS}}`));
    assert.ok(textOf(await gateway.reply(1)).includes(`"arguments":{"n":${NUMBERS}}`));
    const result = `{${complete}"content":[],"structuredContent":{"n":${NUMBERS}},"isError":false}`;
    await gateway.call('say', sayOnly(`{"jsonrpc":"2.0","id":$ID,"result":${result}}`), 2);
    assert.equal(gateway.lines.at(-1), `{"jsonrpc":"2.0","id":2,"result":${result}}`);
    const error = `{"code":-32000,"message":"no","data":${NUMBERS}}`;
    await gateway.call('say', sayOnly(`{"jsonrpc":"2.0","id":$ID,"error":${error}}`), 3);
    assert.equal(gateway.lines.at(-1), `{"jsonrpc":"2.0","id":3,"error":${error}}`);
  });

  test(`24: characters that do not show are kept in data, in the spelling they came in (${era})`, async (t) => {
    const gateway = await openFixture(t, era, [], { config: UNINSPECTED });
    await gateway.ask('tools/list');
    gateway.send(gateway.callLine('1', 'raw', `{"data":[${CHARACTERS}]}`));
    assert.ok(textOf(await gateway.reply(1)).includes(`"arguments":{"data":[${CHARACTERS}]}`));
    const result = `{${complete}"content":[],"structuredContent":{"data":[${CHARACTERS}]}}`;
    await gateway.call('say', sayOnly(`{"jsonrpc":"2.0","id":$ID,"result":${result}}`), 2);
    assert.equal(gateway.lines.at(-1), `{"jsonrpc":"2.0","id":2,"result":${result}}`);
  });

  test(`24: a tool whose name has a character that does not show is not listed and does not exist (${era})`, async (t) => {
    const gateway = await openFixture(t, era, [], { config: UNSEEN });
    const tools = ['received', 'plain', ...BAD_NAMES].map((name) => ({ name, inputSchema: { type: 'object' } }));
    await gateway.call('set_tools', { tools });
    const listed = (await gateway.ask('tools/list')).result.tools.map(({ name }: Message) => name);
    assert.deepEqual(listed, ['received', 'plain']);
    for (const name of BAD_NAMES) {
      const answer = await gateway.call(name, { marked: true });
      assert.deepEqual(answer.error, { code: -32602, message: `Unknown tool: ${name}` });
      assert.match(gateway.lines.at(-1)!, /^[\x20-\x7e]*$/);
    }
    assert.ok(!(await receivedLines(gateway)).some((line) => line.includes('marked')));
  });
}
