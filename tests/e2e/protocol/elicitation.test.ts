import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modernMeta, openFixture } from '../../support/mcp/eras.ts';
import { type Message, textOf } from '../../support/mcp/peer.ts';
import type { GatewayPeer } from '../../support/program/gateway.ts';

function form(properties: Message): Message {
  return { message: 'Please fill in', requestedSchema: { type: 'object', properties } };
}

function link(url: unknown): Message {
  return { mode: 'url', message: 'Please open', url, elicitationId: 'e1' };
}

const SECRET_FORMS: Message[] = [
  form({ password: { type: 'string' } }),
  form({ user: { type: 'string' }, userPassword: { type: 'string' } }),
  form({ api_key: { type: 'string' } }),
  form({ 'x-API-Key': { type: 'string' } }),
  form({ APIKEY: { type: 'string' } }),
  form({ apiToken: { type: 'string' }, access_token: { type: 'string' } }),
  form({ value: { type: 'string', title: 'Password' } }),
  form({ value: { type: 'string', description: 'Paste your password here' } }),
  form({ value: { type: 'string', format: 'password' } }),
  form({ client_secret: { type: 'string' } }),
  form({ ssn: { type: 'string' } }),
  form({ cardNumber: { type: 'string' } }),
  form({ pin: { type: 'integer' } }),
];

const BAD_LINKS: Message[] = [
  'javascript:alert(1)',
  'data:text/html,hello',
  'file:///etc/passwd',
  'http://example.com/login',
  'https://user@example.com/',
  'https://bank.example:pw@evil.example/',
  'https://xn--pple-43d.com/',
  'https://\u0430pple.com/',
  'https://good.example\\@evil.example/',
  'https://exam\tple.com/',
  ' https://example.com/',
  '//example.com/',
  'example.com',
  '',
  7,
  null,
].map(link);

const FINE: Message[] = [
  form({ name: { type: 'string', title: 'Your name' } }),
  form({ max_tokens: { type: 'integer' }, keyboard: { type: 'string' }, shipping: { type: 'string' } }),
  form({ passenger: { type: 'string' }, compass: { type: 'string' }, spinning: { type: 'boolean' } }),
  link('https://example.com/authorize?state=1'),
  link('http://localhost:8080/callback'),
];

const CAN = { elicitation: { form: {}, url: {} } };

function codeOf(params: Message): string {
  return params.mode === 'url' ? 'SP3022' : 'SP3021';
}

test('62: a server that asks for a secret or hides where a link leads is told that the person declined', async (t) => {
  const gateway = await openFixture(t, 'legacy', [], { capabilities: CAN });
  for (const params of [...SECRET_FORMS, ...BAD_LINKS]) {
    const from = gateway.records.length;
    const answer = await gateway.call('ask', { method: 'elicitation/create', params });
    assert.deepEqual(JSON.parse(textOf(answer)).result, { action: 'decline' }, JSON.stringify(params));
    const records = gateway.records.slice(from);
    const denied = records.find(({ action }) => action === 'elicitation/create');
    assert.equal(denied.decision, 'deny');
    assert.equal(denied.code, codeOf(params), JSON.stringify(params));
    assert.equal(denied.direction, 'to-client');
  }
  assert.ok(!gateway.messages.some(({ method }) => method === 'elicitation/create'), 'the client saw none of them');
});

test('62: an ordinary form or link reaches the client as it is', async (t) => {
  const gateway = await openFixture(t, 'legacy', [], { capabilities: CAN });
  for (const params of FINE) {
    const from = gateway.lines.length;
    const call = gateway.call('ask', { method: 'elicitation/create', params });
    const question = await gateway.until(({ method }) => method === 'elicitation/create', from);
    assert.deepEqual(question.params, params);
    gateway.send({ jsonrpc: '2.0', id: question.id, result: { action: 'cancel' } });
    assert.deepEqual(JSON.parse(textOf(await call)).result, { action: 'cancel' });
  }
});

async function modernAsk(gateway: GatewayPeer, params: Message): Promise<Message> {
  gateway.meta = modernMeta(CAN);
  const requests = { fine: { method: 'elicitation/create', params: FINE[0] } };
  return gateway.call('ask', { requests: { ...requests, asked: { method: 'elicitation/create', params } } });
}

test('62: in the modern era a call that asks for such a thing ends with an error', async (t) => {
  const gateway = await openFixture(t, 'modern', [], { capabilities: CAN });
  for (const params of [...SECRET_FORMS, ...BAD_LINKS]) {
    const { result } = await modernAsk(gateway, params);
    assert.equal(result.isError, true, JSON.stringify(params));
    assert.equal(result.resultType, 'complete');
    assert.equal(result._meta['dev.sallyport/denial'].code, codeOf(params), JSON.stringify(params));
    assert.equal(result.inputRequests, undefined);
  }
  const withheld = gateway.records.filter(({ outcome }) => outcome === 'withheld');
  assert.equal(withheld.length, SECRET_FORMS.length + BAD_LINKS.length);
  for (const params of FINE) {
    assert.equal((await modernAsk(gateway, params)).result.resultType, 'input_required', JSON.stringify(params));
  }
});

test('62: nor may a task ask for such a thing while it is polled', async (t) => {
  const inputRequests = { asked: { method: 'elicitation/create', params: SECRET_FORMS[0] } };
  const answer = { resultType: 'complete', taskId: 'modern-task-1', status: 'input_required', inputRequests };
  const capabilities = { ...CAN, extensions: { 'io.modelcontextprotocol/tasks': {} } };
  const gateway = await openFixture(t, 'modern', ['--answer', `tasks/get=${JSON.stringify(answer)}`], { capabilities });
  const { taskId } = (await gateway.call('task')).result;
  const { error } = await gateway.ask('tasks/get', { taskId });
  assert.equal(error.code, -31403);
  assert.equal(error.data['dev.sallyport/denial'].code, 'SP3021');
});

test('62: nor in the news of a task', async (t) => {
  const capabilities = { ...CAN, extensions: { 'io.modelcontextprotocol/tasks': {} } };
  const gateway = await openFixture(t, 'modern', [], { capabilities });
  const { taskId } = (await gateway.call('task')).result;
  const params = { notifications: { taskIds: [taskId] }, _meta: gateway.meta };
  gateway.send({ jsonrpc: '2.0', id: 'L', method: 'subscriptions/listen', params });
  await gateway.until(({ method }) => method === 'notifications/subscriptions/acknowledged');
  const ask = (params: Message) => ({ status: 'input_required', inputRequests: { asked: wish(params) } });
  await gateway.call('touch', { change: ask(SECRET_FORMS[0]) });
  await gateway.call('touch', { change: ask(FINE[0]) });
  const [news, ...more] = gateway.messages.filter(({ method }) => method === 'notifications/tasks');
  assert.deepEqual([news.params.taskId, news.params.inputRequests], [taskId, { asked: wish(FINE[0]) }]);
  assert.deepEqual(more, []);
  assert.ok(gateway.records.some(({ kind, code }) => kind === 'refused' && code === 'SP3021'));
});

function wish(params: Message): Message {
  return { method: 'elicitation/create', params };
}
