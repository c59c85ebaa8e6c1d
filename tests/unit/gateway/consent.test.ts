import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ASKS, codeOf, consentScene } from '../../support/approvals/consent-scene.ts';
import type { ScriptedApprovals } from '../../support/approvals/scripted-approvals.ts';

test('a call waits for a person, others of its client do not wait for it, and it leaves as it was shown', async (t) => {
  const { client, server, callWork, told } = await consentScene(t);
  const asked = await callWork({ n: 1 });
  const other = await client.call('other');
  assert.equal(other.result.content[0].text, 'done');
  assert.equal(server.asked('tools/call').length, 1);
  asked.agree();
  const { result } = await client.reply('mine');
  assert.equal(result.content[0].text, 'done');
  const sent = server.asked('tools/call')[1]!.params;
  assert.deepEqual([sent.name, sent.arguments], ['work', { n: 1 }]);
  const [take] = asked.agreement.takes;
  assert.equal(asked.agreement.takes.length, 1);
  assert.equal(take!.params, asked.sought.params!.text());
  assert.deepEqual(told(), ['allow', 'ok', 'allow SP6003 G1', 'ok']);
});

test('somebody who agreed before is taken at their word without a wait', async (t) => {
  const { approvals, client, told } = await consentScene(t);
  approvals.atOnce = (sought) => sought.agree();
  const { result } = await client.call('work');
  assert.equal(result.content[0].text, 'done');
  assert.equal(approvals.sought[0]!.agreement.takes.length, 1);
  assert.deepEqual(told(), ['allow SP6003 G1', 'ok']);
});

test('a call a person refuses is denied, and the backend never hears of it', async (t) => {
  const { client, server, callWork, told } = await consentScene(t);
  (await callWork()).refuse();
  assert.equal(codeOf(await client.reply('mine')), 'SP6001');
  assert.equal(server.asked('tools/call').length, 0);
  assert.deepEqual(told(), ['deny SP6001']);
});

test('an agreement that is not one for the call as it leaves is a denial', async (t) => {
  const { client, server, callWork, told } = await consentScene(t);
  const asked = await callWork();
  asked.agreement.take(asked.sought.call, undefined, '');
  asked.agree();
  assert.equal(codeOf(await client.reply('mine')), 'SP6006');
  assert.equal(server.asked('tools/call').length, 0);
  assert.deepEqual(told(), ['deny SP6006']);
});

test('a client that calls its call off takes the question back, hears nothing, and the log says so', async (t) => {
  const { client, server, callWork, told } = await consentScene(t);
  const asked = await callWork();
  client.notify('notifications/cancelled', { requestId: 'mine' });
  await client.ask('ping');
  assert.equal(asked.ended, true);
  asked.agree();
  await client.ask('ping');
  assert.equal(client.messages.filter(({ id }) => id === 'mine').length, 0);
  assert.equal(server.asked('tools/call').length, 0);
  assert.equal(asked.agreement.takes.length, 0);
  assert.deepEqual(told(), ['require_approval SP6004', 'cancelled']);
});

test('an agreement that comes after the client has left is for nothing', async (t) => {
  const { client, server, callWork, told } = await consentScene(t);
  const asked = await callWork();
  client.end();
  assert.equal(asked.ended, true);
  asked.agree();
  assert.equal(server.asked('tools/call').length, 0);
  assert.deepEqual(told(), ['require_approval SP6004', 'cancelled']);
});

test('a gateway that ends answers what waits for a person, and asks nobody any more', async (t) => {
  const { client, gateway, callWork, told } = await consentScene(t);
  const asked = await callWork();
  await gateway.close(true);
  assert.equal(codeOf(await client.reply('mine')), 'SP5010');
  assert.equal(asked.ended, true);
  assert.deepEqual(told(), ['require_approval SP6004', 'failed']);
});

test('a backend that is gone when a person agrees loses the call, which is said', async (t) => {
  const { client, server, callWork, told } = await consentScene(t);
  const asked = await callWork();
  server.crash();
  await server.close();
  asked.agree();
  assert.match(codeOf(await client.reply('mine')), /^SP5/);
  assert.deepEqual(told(), ['allow SP6003 G1', 'failed']);
});

test('where nothing is enforced nobody is asked', async (t) => {
  const { approvals, client, told } = await consentScene(t, { config: `${ASKS}enforce: false\n` });
  const { result } = await client.call('work');
  assert.equal(result.content[0].text, 'done');
  assert.equal(approvals.sought.length, 0);
  assert.deepEqual(told(), ['allow', 'ok']);
});

const BROKEN: Record<string, (approvals: ScriptedApprovals) => void> = {
  'cannot ask': (approvals) => {
    approvals.seek = () => {
      throw new Error('nobody is there');
    };
  },
  'cannot ask, and said that somebody agreed': (approvals) => {
    approvals.atOnce = (sought) => {
      sought.agreement.throws = true;
      sought.agree();
    };
  },
};

for (const [what, broken] of Object.entries(BROKEN)) {
  test(`whoever ${what} denies`, async (t) => {
    const { approvals, client, server } = await consentScene(t);
    broken(approvals);
    assert.equal(codeOf(await client.call('work')), 'SP3003');
    assert.equal(server.asked('tools/call').length, 0);
  });
}

test('an agreement that cannot be taken later denies, and answers once', async (t) => {
  const { client, server, callWork } = await consentScene(t);
  const asked = await callWork();
  asked.agreement.throws = true;
  asked.agree();
  assert.equal(codeOf(await client.reply('mine')), 'SP3003');
  assert.equal(server.asked('tools/call').length, 0);
});

test('who answers twice is heard once', async (t) => {
  const { client, server, callWork } = await consentScene(t);
  const asked = await callWork();
  asked.refuse();
  asked.agree();
  assert.equal(codeOf(await client.reply('mine')), 'SP6001');
  await client.ask('ping');
  assert.equal(server.asked('tools/call').length, 0);
  assert.equal(client.messages.filter(({ id }) => id === 'mine').length, 1);
});

test('progress grows from beat to beat, goes on with the first of the backend, and ends with the answer', async (t) => {
  const { client, server, callWork } = await consentScene(t);
  server.hold('tools/call');
  const asked = await callWork();
  for (let i = 0; i < 50; i++) asked.seeker.beat('waits for a person');
  asked.agree();
  const [sent] = await server.askedTimes('tools/call', 1);
  asked.seeker.beat('too late');
  for (const progress of [0, 1]) {
    server.notify('notifications/progress', { progressToken: sent!.params._meta.progressToken, progress });
  }
  server.result(sent!.id, { content: [] });
  await client.reply('mine');
  const progress = client.messages.filter(({ method }) => method === 'notifications/progress');
  const values = progress.map(({ params }) => params.progress as number);
  assert.equal(values.length, 52);
  assert.ok(values.every((value, at) => at === 0 || value > values[at - 1]!));
  assert.ok(progress.every(({ params }) => params.progressToken === 'token of mine'));
});

test('a server that may ask the model only when a person agrees waits for one outside of the client', async (t) => {
  const config = 'policies: { default: allow, requests: { sampling: require_approval } }\n';
  const { approvals, client, server } = await consentScene(t, { config }, { sampling: {}, elicitation: {} });
  server.hold('tools/call');
  const call = client.call('work');
  const [sent] = await server.askedTimes('tools/call', 1);
  const params = { messages: [], maxTokens: 1 };
  server.send({ jsonrpc: '2.0', id: 'q', method: 'sampling/createMessage', params });
  const asked = await approvals.asked();
  assert.equal(asked.seeker.way.kind, 'none');
  assert.equal(
    client.messages.some(({ method }) => method === 'sampling/createMessage'),
    false,
  );
  asked.agree();
  const question = await client.until(({ method }) => method === 'sampling/createMessage');
  client.send({
    jsonrpc: '2.0',
    id: question.id,
    result: { role: 'assistant', model: 'm', content: { type: 'text', text: 'x' } },
  });
  await server.until(({ id, result }) => id === 'q' && result !== undefined);
  server.result(sent!.id, { content: [] });
  await call;
});
