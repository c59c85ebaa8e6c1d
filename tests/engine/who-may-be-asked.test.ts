import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHECKS } from '../../lib/checks/index.ts';
import { deny, pass } from '../../lib/model/decision.ts';
import { defineCheck } from '../../lib/policy/check.ts';
import { createEngine } from '../support/engine/engine.ts';

const FORM = { message: 'Go on?', requestedSchema: { type: 'object', properties: {} } };
const LINK = { mode: 'url', url: 'https://example.com/go', message: 'Open it', elicitationId: 'e1' };

test('a legacy server cannot put to a modern client what this client did not say it can answer', async (t) => {
  const { gateway: _gateway, ...engine } = createEngine(t, { era: 'modern', serverEra: 'legacy' });
  const ana = engine.client('ana');
  ana.declare({ elicitation: { form: {} }, sampling: {} });
  await ana.ask('tools/list');
  engine.server.hold('tools/call');
  const call = ana.call('work');
  const [asked] = await engine.server.askedTimes('tools/call', 1);
  const tools = { messages: [], maxTokens: 1, tools: [{ name: 'x', inputSchema: { type: 'object' } }] };
  for (const [id, method, params] of [
    ['link', 'elicitation/create', LINK],
    ['tools', 'sampling/createMessage', tools],
  ] as const) {
    engine.server.send({ jsonrpc: '2.0', id, method, params });
    const answer = await engine.server.until(({ id: of, method: asks }) => of === id && asks === undefined);
    assert.equal(answer.error?.code, -32602, id);
  }
  assert.deepEqual(engine.audit.refusedCodes, ['SP8018', 'SP8018']);
  engine.server.result(asked!.id, { content: [{ type: 'text', text: 'done' }] });
  assert.equal((await call).result.resultType, 'complete');
});

const noSampling = defineCheck({
  id: 'no-sampling',
  about: 'Refuses sampling.',
  create: () => ({
    call: ({ action }) =>
      action === 'sampling/createMessage' ? deny({ code: 'SP3001', text: 'no sampling' }) : pass(),
  }),
});

test('a call that ends because one of its questions is refused puts no other question to the client', async (t) => {
  const engine = createEngine(t, { era: 'legacy', serverEra: 'modern', checks: [...CHECKS, noSampling] });
  const client = engine.client('ana');
  await client.initialize({ capabilities: { elicitation: {}, sampling: {} } });
  await client.ask('tools/list');
  engine.server.hold('tools/call');
  const call = client.call('work');
  const [asked] = await engine.server.askedTimes('tools/call', 1);
  const inputRequests = {
    model: { method: 'sampling/createMessage', params: { messages: [], maxTokens: 1 } },
    form: { method: 'elicitation/create', params: FORM },
  };
  engine.server.result(asked!.id, { resultType: 'input_required', inputRequests });
  assert.equal((await call).result.isError, true);
  await client.ask('ping');
  const questions = client.messages.filter(({ method }) => method === 'elicitation/create');
  assert.deepEqual(questions, []);
});

test('a question in a reply that can be read in two ways is not passed on', async (t) => {
  for (const era of ['modern', 'legacy'] as const) {
    const engine = createEngine(t, { era, serverEra: 'modern' });
    const client = engine.client('ana');
    if (era === 'legacy') await client.initialize({ capabilities: { elicitation: {} } });
    else client.declare({ elicitation: { form: {} } });
    await client.ask('tools/list');
    engine.server.hold('tools/call');
    const call = client.call('work');
    const [asked] = await engine.server.askedTimes('tools/call', 1);
    const schema = (field: string) => `"requestedSchema":{"type":"object","properties":{"${field}":{"type":"string"}}}`;
    const params = `{"message":"Sign in","mode":"form",${schema('password')},${schema('colour')}}`;
    const wish = `{"k":{"method":"elicitation/create","params":${params}}}`;
    const result = `{"resultType":"input_required","requestState":"s","inputRequests":${wish}}`;
    engine.server.write(`{"jsonrpc":"2.0","id":${asked!.id},"result":${result}}\n`);
    if (era === 'modern') assert.equal((await call).result.isError, true);
    else {
      const again = (await engine.server.askedTimes('tools/call', 2))[1]!;
      assert.deepEqual(again.params.inputResponses, { k: { action: 'decline' } });
      engine.server.result(again.id, { content: [{ type: 'text', text: 'done' }] });
      await call;
    }
    assert.ok(!client.lines.some((line) => line.includes('colour')), era);
  }
});
