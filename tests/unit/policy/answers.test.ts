import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Decision, deny, PASS, pass } from '../../../lib/model/decision.ts';
import type { Judge } from '../../../lib/policy/check.ts';
import { decideReply } from '../../../lib/policy/decide.ts';
import { inPlace, RuleFault } from '../../../lib/policy/rule-fault.ts';
import { callWith, policyOf, replyOf } from '../../support/policy/calls.ts';

const question = callWith({
  direction: 'to-client',
  action: 'elicitation/create',
  resource: { backend: 'files', type: 'client', id: 'elicitation' },
});

const answered = async (judge: Judge, enforce = true, ok = true): Promise<Decision> =>
  decideReply(policyOf([judge], enforce), question, replyOf({ content: { path: '/etc/passwd' } }, ok));

const no = (code: 'SP3001' | 'SP3002') => deny({ code, text: 'no' });

test('what a client answers a server is judged as a reply and then as a call that brings it', async () => {
  const seen: string[] = [];
  const decision = await answered({
    reply: ({ direction, action }) => {
      seen.push(`reply ${direction} ${action}`);
      return PASS;
    },
    call: ({ direction, action, resource, params, args, facts }) => {
      seen.push(`call ${direction} ${action} ${resource.backend}/${resource.type}/${resource.id} ${params?.text()}`);
      assert.deepEqual([args, facts.size], [undefined, params?.size]);
      return no('SP3001');
    },
  });
  assert.deepEqual(seen, [
    'reply to-client elicitation/create',
    'call to-backend answer:elicitation/create files/client/elicitation {"content":{"path":"/etc/passwd"}}',
  ]);
  assert.deepEqual([decision.effect, decision.reason?.code], ['deny', 'SP3001']);
});

test('an answer that is denied as a reply is not judged again', async () => {
  const decision = await answered({ reply: () => no('SP3002'), call: () => assert.fail('asked again') });
  assert.deepEqual([decision.effect, decision.reason?.code], ['deny', 'SP3002']);
});

test('an error of a client brings nothing, so it is judged as a reply alone', async () => {
  const decision = await answered({ call: () => no('SP3001') }, true, false);
  assert.equal(decision.effect, 'allow');
});

test('what both judgements ask for is done, in their order, and neither bounds the time', async () => {
  const edit = (name: string) => ({ name, apply: (body: never) => body });
  const decision = await answered({
    reply: () => pass({ edits: [edit('a')], findings: ['one'], duties: [{ name: 'first' } as never], timeoutMs: 5 }),
    call: () => pass({ edits: [edit('b')], findings: ['two'], duties: [{ name: 'second' } as never], timeoutMs: 7 }),
  });
  assert.deepEqual(
    [decision.edits.map(({ name }) => name), decision.findings.map(({ note }) => note), decision.timeoutMs],
    [['a', 'b'], ['one', 'two'], undefined],
  );
  assert.equal(decision.duties.length, 2);
});

test('in observe mode the first of both denials is noted', async () => {
  const both = await answered({ reply: () => no('SP3002'), call: () => no('SP3001') }, false);
  assert.deepEqual([both.effect, both.wouldDeny?.code], ['allow', 'SP3002']);
  const second = await answered({ reply: () => PASS, call: () => no('SP3001') }, false);
  assert.deepEqual([second.effect, second.wouldDeny?.code], ['allow', 'SP3001']);
});

test('a fault that has its place keeps it, and any other gets one, at once or later', async () => {
  const place = { rule: 'policies.tools["*"]', source: 'x:3' };
  const inner = new RuleFault('SP1011', { rule: 'policies.tools["*"].deny[0]', source: 'x:4' }, 'bad');
  assert.throws(
    () =>
      inPlace(place, 'SP1010', () => {
        throw inner;
      }),
    inner,
  );
  assert.throws(
    () => inPlace(place, 'SP1010', () => assert.fail('odd')),
    (fault: RuleFault) => {
      assert.deepEqual([fault.message, fault.code, fault.place], ['policies.tools["*"] (x:3): odd', 'SP1010', place]);
      return true;
    },
  );
  await assert.rejects(
    inPlace(place, 'SP1010', () => Promise.reject(new Error('late'))),
    { message: 'policies.tools["*"] (x:3): late', code: 'SP1010' },
  );
  assert.equal(
    inPlace(place, 'SP1010', () => 7),
    7,
  );
});
