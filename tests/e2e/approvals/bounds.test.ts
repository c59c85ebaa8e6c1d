import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { madeSecret } from '../../support/attacks/made-secrets.ts';
import { temporaryFolder } from '../../support/folder.ts';
import type { Message } from '../../support/mcp/lines.ts';
import { logged } from '../../support/mcp/upstream.ts';
import { fixtureBackend, GatewayPeer } from '../../support/program/gateway.ts';

const ASKS = 'policies: { tools: { "fix/echo": { action: require_approval } } }\n';
const CALLS = 10_000;

const codeOf = (answer: Message) =>
  answer.result?._meta['dev.sallyport/denial'].code ?? answer.error?.data['dev.sallyport/denial'].code;
const formsOf = (gateway: GatewayPeer) => gateway.messages.filter(({ method }) => method === 'elicitation/create');

test('of ten thousand calls that need a person few ask one, the others are told so, and what needs nobody goes on', async (t) => {
  const log = join(temporaryFolder(t), 'received');
  const config = `version: 1\nbackends:\n${fixtureBackend('fix', ['--log', log])}${ASKS}`;
  const gateway = new GatewayPeer(t, 'run', [], { config });
  await gateway.initialize({ capabilities: { elicitation: {} } });
  await gateway.ask('tools/list');
  const from = gateway.lines.length;
  for (let n = 0; n < CALLS; n++) gateway.send(gateway.callLine(String(100_000 + n), 'echo', `{"text":"${n}"}`));
  let at = from;
  let forms = 0;
  const codes = new Map<string, number>();
  const answered = () => {
    for (; at < gateway.lines.length; at++) {
      const message = JSON.parse(gateway.lines[at]!);
      if (message.method === 'elicitation/create') forms++;
      else if (message.id >= 100_000) codes.set(codeOf(message), (codes.get(codeOf(message)) ?? 0) + 1);
    }
    return forms + [...codes.values()].reduce((sum, count) => sum + count, 0);
  };
  // A machine that is busy gets some time for each part of them.
  for (const part of [0.2, 0.4, 0.6, 0.8, 1]) await gateway.when(() => answered() >= part * CALLS);
  assert.equal(forms, 32);
  assert.deepEqual(
    [...codes.keys()].filter((code) => !['SP6005', 'SP3013', 'SP3034'].includes(code)),
    [],
  );
  const other = await gateway.call('whoami');
  assert.equal(other.result.isError, undefined);
  const [first] = formsOf(gateway);
  gateway.send({ jsonrpc: '2.0', id: first.id, result: { action: 'accept', content: { decision: 'once' } } });
  const made = await gateway.until(
    ({ id, result }) => id >= 100_000 && result !== undefined && result.isError !== true,
    from,
  );
  const [sent] = logged(log).filter(({ method, params }) => method === 'tools/call' && params.name === 'echo');
  assert.equal(sent.params.arguments.text, made.result.content[0].text);
});

test('calls exactly alike are one question, and once is good for those it spoke of', async (t) => {
  const config = `version: 1\nbackends:\n${fixtureBackend('fix')}${ASKS}`;
  const gateway = new GatewayPeer(t, 'run', [], { config });
  await gateway.initialize({ capabilities: { elicitation: {} } });
  await gateway.ask('tools/list');
  const calls = [1, 2, 3].map(() => gateway.call('echo', { text: 'same' }));
  const asked = await gateway.until(({ method }) => method === 'elicitation/create');
  await gateway.ask('ping');
  assert.equal(formsOf(gateway).length, 1);
  gateway.send({ jsonrpc: '2.0', id: asked.id, result: { action: 'accept', content: { decision: 'once' } } });
  assert.equal((await Promise.race(calls)).result.content[0].text, 'same');
  const second = await gateway.until(({ method, id }) => method === 'elicitation/create' && id !== asked.id);
  assert.match(second.params.message, /2 calls exactly like this wait/);
  gateway.send({ jsonrpc: '2.0', id: second.id, result: { action: 'accept', content: { decision: 'once' } } });
  for (const { result } of await Promise.all(calls)) assert.equal(result.content[0].text, 'same');
});

test('under strict nothing that destroys can be agreed to in the client', async (t) => {
  const rule = '{ tools: { "fix/echo": { action: require_approval } }, effects: { "fix/echo": [destructive] } }';
  const backends = fixtureBackend('fix', [], { sandbox: { mode: 'off' } });
  const config = `version: 1\nprofile: strict\nsecurity: { registry: { pin: off } }\nbackends:\n${backends}policies: ${rule}\n`;
  const gateway = new GatewayPeer(t, 'run', [], { config });
  await gateway.initialize({ capabilities: { elicitation: {} } });
  assert.equal(codeOf(await gateway.call('echo', { text: 'x' })), 'SP6003');
  assert.deepEqual(formsOf(gateway), []);
  const denied = gateway.records.find(({ code }) => code === 'SP6003');
  assert.equal(denied.rule, 'policies.tools["fix/echo"].action');
  assert.match(denied.source, /sallyport\.yaml:\d+$/);
});

test('a secret that goes back to where it came from is sent, and shown to nobody', async (t) => {
  const token = madeSecret('github-pat');
  const secrets = '{ action: { request: off, response: redact }, restore: true }';
  const log = join(temporaryFolder(t), 'received');
  const config = `version: 1\nsecurity: { secrets: ${secrets} }\nbackends:\n${fixtureBackend('fix', ['--log', log])}${ASKS}`;
  const gateway = new GatewayPeer(t, 'run', [], { config });
  await gateway.initialize({ capabilities: { elicitation: {} } });
  /** Calls the tool and has somebody agree. */
  const agreed = async (args: Message) => {
    const from = gateway.lines.length;
    const call = gateway.call('echo', args);
    const form = await gateway.until(({ method }) => method === 'elicitation/create', from);
    gateway.send({ jsonrpc: '2.0', id: form.id, result: { action: 'accept', content: { decision: 'once' } } });
    return { form, answer: await call };
  };
  const { answer } = await agreed({ text: token });
  const placeholder: string = answer.result.content[0].text;
  assert.match(placeholder, /^\[secret:/, JSON.stringify(answer));
  const { form } = await agreed({ content: [{ text: placeholder }] });
  assert.ok(form.params.message.includes(placeholder));
  const calls = logged(log).filter(({ method }) => method === 'tools/call');
  assert.equal(calls.at(-1).params.arguments.content[0].text, token);
  assert.ok(gateway.lines.every((line) => !line.includes(token)));
});
