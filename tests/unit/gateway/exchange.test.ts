import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Deciding } from '../../../lib/gateway/deciding.ts';
import { Exchange } from '../../../lib/gateway/exchange.ts';
import { InOrder } from '../../../lib/gateway/in-order.ts';
import { Intake } from '../../../lib/gateway/intake.ts';
import type { Asker, Question, Target } from '../../../lib/gateway/question.ts';
import { Turn } from '../../../lib/gateway/turn.ts';
import { NO_APPROVALS } from '../../../lib/model/approvals.ts';
import type { Answer, Call } from '../../../lib/model/call.ts';
import { deny, PASS, pass, type Verdict } from '../../../lib/model/decision.ts';
import type { Ended, Judge } from '../../../lib/policy/check.ts';
import { Payload } from '../../../lib/wire/payload.ts';
import { replaceAt } from '../../../lib/wire/replace.ts';
import { RecordedAudit } from '../../support/audit/recorded-audit.ts';
import { FakeClock } from '../../support/clock.ts';
import { callWith, policyOf, replyOf } from '../../support/policy/calls.ts';

/** One exchange whose target answers when it is told to; what it is told stands in `sent`. */
function exchangeOf(judge: Judge, call: Call = callWith(), enforce = true) {
  const audit = new RecordedAudit();
  const clock = new FakeClock();
  const ended: Ended[] = [];
  const policy = { ...policyOf([judge], enforce), ended: (_call: Call, how: Ended) => void ended.push(how) };
  const sent: (Payload | undefined)[] = [];
  const responses: unknown[] = [];
  let answer: (answer: Answer) => void = () => assert.fail('nothing was asked');
  const asker: Asker = { shown: 'read', respond: (refusal) => void responses.push(refusal) } as Asker;
  const target: Target = {
    ask: (question: Question, done: (answer: Answer) => void) => {
      sent.push(question.params);
      answer = done;
      return { cancel: () => {}, withdraw: () => {} };
    },
  } as Target;
  const complaints: unknown[] = [];
  const log = { write: (_level: string, _event: string, fields: unknown) => void complaints.push(fields) };
  const exchange = new Exchange(call, asker, target, {
    approvals: NO_APPROVALS,
    audit,
    clock,
    deciding: new Deciding(),
    intake: new Intake(),
    log,
    order: new InOrder(),
    policy,
    turn: new Turn(audit),
  });
  return { exchange, audit, clock, ended, sent, responses, complaints, answer: (said: Answer) => answer(said) };
}

const toOther: Judge = {
  call: () => pass({ edits: [{ name: 'other path', apply: (body) => replaceAt(body, ['arguments', 'path'], '"b"') }] }),
};

test('what is recorded after an edit is what is forwarded, arguments and all', () => {
  const { exchange, audit, sent } = exchangeOf(toOther);
  exchange.run();
  const [record] = audit.records;
  assert.ok(record?.kind === 'call');
  assert.equal(sent[0]!.text(), '{"name":"read","arguments":{"path":"b"}}');
  assert.equal(record.call.params, sent[0]);
  assert.equal(record.call.args?.text(), '{"path":"b"}');
});

test('of a completion the argument is recorded as it is forwarded', () => {
  const call = callWith({
    action: 'completion/complete',
    params: Payload.of('{"argument":{"name":"path","value":"a"}}'),
  });
  const edit = { name: 'e', apply: (body: Payload) => replaceAt(body, ['argument', 'value'], '"b"') };
  const { exchange, audit, sent } = exchangeOf({ call: () => pass({ edits: [edit] }) }, call);
  exchange.run();
  const [record] = audit.records;
  assert.ok(record?.kind === 'call');
  assert.equal(record.call.args?.text(), '{"name":"path","value":"b"}');
  assert.equal(record.call.params, sent[0]);
});

test('without an edit the call is recorded as it came', () => {
  const call = callWith();
  const { exchange, audit, sent } = exchangeOf({ call: () => PASS }, call);
  exchange.run();
  const [record] = audit.records;
  assert.ok(record?.kind === 'call');
  assert.deepEqual([record.call, sent[0]], [call, call.params]);
});

test('in observe mode an edit is neither made nor recorded as made', () => {
  const call = callWith();
  const { exchange, audit, sent } = exchangeOf(toOther, call, false);
  exchange.run();
  const [record] = audit.records;
  assert.ok(record?.kind === 'call');
  assert.deepEqual([record.call, sent[0]], [call, call.params]);
});

test('a denied call is recorded as it came, since nothing is forwarded', () => {
  const call = callWith();
  const { exchange, audit, sent, ended } = exchangeOf({ call: () => deny({ code: 'SP3001', text: 'no' }) }, call);
  exchange.run();
  const [record] = audit.records;
  assert.ok(record?.kind === 'call');
  assert.deepEqual([record.call, sent, ended.map(({ forwarded }) => forwarded)], [call, [], [false]]);
});

test('checks hear once how a call ended: how long it took, and what went there and came back', () => {
  const { exchange, clock, ended, answer, responses } = exchangeOf({ call: () => PASS });
  exchange.run();
  assert.deepEqual(ended, [], 'not before it ended');
  clock.pass(250);
  const reply = replyOf({ content: [] });
  answer(reply);
  assert.deepEqual(ended, [{ forwarded: true, ms: 250, requestBytes: 100, replyBytes: reply.body.size }]);
  exchange.cancel(undefined);
  exchange.lose({ code: 'SP5003', text: 'too late' });
  answer(reply);
  exchange.unrecorded();
  assert.equal(ended.length, 1);
  assert.equal(responses.length, 2, 'its answer, and that it could not be recorded');
});

test('a call that never left is told from one that may have reached its server', () => {
  const never = exchangeOf({ call: () => PASS });
  never.exchange.run();
  never.answer({ loss: { code: 'SP5001', text: 'it could not be started' } });
  const perhaps = exchangeOf({ call: () => PASS });
  perhaps.exchange.run();
  perhaps.answer({ loss: { code: 'SP5003', text: 'it took too long' } });
  const cancelled = exchangeOf({ call: () => PASS });
  cancelled.exchange.run();
  cancelled.exchange.cancel(undefined);
  const unrecorded = exchangeOf({ call: () => PASS });
  unrecorded.exchange.run();
  unrecorded.exchange.unrecorded();
  const forwarded = [never, perhaps, cancelled, unrecorded].map(({ ended }) => ended.map((one) => one.forwarded));
  assert.deepEqual(forwarded, [[false], [true], [true], [false]]);
});

test('a reply that is withheld was used all the same', () => {
  const { exchange, ended, answer } = exchangeOf({ reply: () => deny({ code: 'SP3012', text: 'too big' }) });
  exchange.run();
  const reply = replyOf({ content: [{ type: 'text', text: 'long' }] });
  answer(reply);
  assert.deepEqual(ended, [{ forwarded: true, ms: 0, requestBytes: 100, replyBytes: reply.body.size }]);
});

test('a check that throws when it hears how a call ended keeps nobody from the answer', () => {
  const scene = exchangeOf({ call: () => PASS });
  const { exchange, responses, complaints, answer } = scene;
  scene.ended.push = () => {
    throw new Error('broken');
  };
  exchange.run();
  answer(replyOf({ content: [] }));
  assert.deepEqual([responses.length, complaints.length], [1, 1]);
});

test('while checks are still asked they are not told how a call ended, and afterwards they are told once', async () => {
  let decided: (verdict: Verdict) => void = () => {};
  const verdict = new Promise<Verdict>((resolve) => {
    decided = resolve;
  });
  const { exchange, ended, sent, responses } = exchangeOf({ call: () => verdict });
  exchange.run();
  exchange.cancel(undefined);
  assert.deepEqual([responses.length, ended], [1, []]);
  decided(PASS);
  for (let i = 0; i < 12; i++) await undefined;
  assert.deepEqual(
    ended.map(({ forwarded }) => forwarded),
    [false],
  );
  assert.deepEqual(sent, [], 'a call nobody waits for is not made');
});
