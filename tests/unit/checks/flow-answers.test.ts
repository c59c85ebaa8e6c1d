import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flows } from '../../../lib/checks/flows.ts';
import type { Call } from '../../../lib/model/call.ts';
import { decideCall, decideReply } from '../../../lib/policy/decide.ts';
import { compilePolicy } from '../../../lib/policy/policy.ts';
import { Payload } from '../../../lib/wire/payload.ts';
import { configOf } from '../../support/engine/engine.ts';
import { callWith } from '../../support/policy/calls.ts';
import { stateInMemory } from '../../support/policy/policy-state.ts';

const FLOWS = 'policies: { flows: [{ name: no-leak, after: "files/*", then: "mail/*", action: deny }] }\n';
const REPLY = { ok: true, body: Payload.of('{}') };

async function judge() {
  const config = configOf({ files: 'legacy', mail: 'legacy' }, FLOWS);
  const policy = await compilePolicy(config, [flows], stateInMemory());
  return {
    look: () => decideReply(policy, read, REPLY),
    call: async (call: Call) => (await decideCall(policy, call)).reason?.code,
    reply: async (call: Call) => (await decideReply(policy, call, REPLY)).reason?.code,
  };
}

const read = callWith({ action: 'tools/call', resource: { backend: 'files', type: 'tool', id: 'read' } });
const told = callWith({ action: 'tasks/update', resource: { backend: 'mail', type: 'task', id: 't1' } });
const polled = callWith({ action: 'tasks/get', resource: { backend: 'mail', type: 'task', id: 't1' } });
const passed = callWith({ action: 'vendor/send', resource: { backend: 'mail', type: 'method', id: 'vendor/send' } });
const asked = callWith({
  action: 'elicitation/create',
  direction: 'to-client',
  resource: { backend: 'mail', type: 'client', id: 'elicitation/create' },
});

test('what a session may not send it may not tell a task, a question or an unknown method either', async () => {
  const { look, call, reply } = await judge();
  for (const one of [told, passed]) assert.equal(await call(one), undefined);
  assert.equal(await reply(asked), undefined);
  await look();
  for (const one of [told, passed]) assert.equal(await call(one), 'SP3151');
  assert.equal(await reply(asked), 'SP3151');
  assert.equal(await call(polled), undefined, 'waiting for a task tells its server nothing');
  assert.equal(await call(asked), undefined, 'being asked tells the server nothing');
});
