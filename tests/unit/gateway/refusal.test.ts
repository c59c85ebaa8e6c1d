import assert from 'node:assert/strict';
import { test } from 'node:test';
import { denied, lost, notFound, type Refusal, rpcError } from '../../../lib/gateway/refusal.ts';
import type { Call } from '../../../lib/model/call.ts';
import type { Reason } from '../../../lib/model/decision.ts';
import { callWith } from '../../support/policy/calls.ts';

/** The shapes clients and models rely on, pinned word for word (docs/adr/0006). */
function shape({ ok, body }: Refusal): unknown {
  return { ok, ...(body.json() as object) };
}

const reason: Reason = { code: 'SP3011', text: 'the request is larger than allowed', rule: 'limits.max_request_bytes' };
const read = callWith({ action: 'resources/read', resource: { backend: 'files', type: 'resource', id: 'file:///a' } });

test('a denied tool call is a result the model can read and programs can parse', () => {
  assert.deepEqual(shape(denied(callWith(), reason)), {
    ok: true,
    content: [
      {
        type: 'text',
        text: 'Refused by policy: the request is larger than allowed (SP3011, decision DECISION1). Trying again will not help.',
      },
    ],
    isError: true,
    _meta: {
      'dev.sallyport/denial': {
        code: 'SP3011',
        decision: 'DECISION1',
        reason: 'the request is larger than allowed',
        retry: 'never',
      },
    },
  });
});

test('a tool call over a limit that passes says when to try again', () => {
  const busy: Reason = { code: 'SP3013', text: 'too many calls are running', retry: 'later', retryAfterMs: 1000 };
  assert.deepEqual(shape(denied(callWith(), busy)), {
    ok: true,
    content: [
      {
        type: 'text',
        text: 'Refused by policy: too many calls are running (SP3013, decision DECISION1). Trying again later can help.',
      },
    ],
    isError: true,
    _meta: {
      'dev.sallyport/denial': {
        code: 'SP3013',
        decision: 'DECISION1',
        reason: 'too many calls are running',
        retry: 'later',
        retryAfterMs: 1000,
      },
    },
  });
});

test('a denied tool call of a modern client says that the result is complete', () => {
  const modern = shape(denied(callWith({ era: 'modern' }), reason)) as { resultType?: unknown };
  assert.equal(modern.resultType, 'complete');
});

test('any other denied request is an error with the same object in `data`', () => {
  assert.deepEqual(shape(denied(read, reason)), {
    ok: false,
    code: -31403,
    message: 'The request is larger than allowed (SP3011)',
    data: {
      'dev.sallyport/denial': {
        code: 'SP3011',
        decision: 'DECISION1',
        reason: 'the request is larger than allowed',
        retry: 'never',
      },
    },
  });
});

test('any other request over a limit that passes has the code of limits', () => {
  const busy: Reason = { code: 'SP3013', text: 'too many calls are running', retry: 'later', retryAfterMs: 1000 };
  assert.equal((shape(denied(read, busy)) as { code: number }).code, -31429);
});

test('neither rule, source, pattern nor threshold of a denial reaches the caller', () => {
  const full: Reason = { ...reason, rule: 'backends[0].denied_tools[3]', source: '/home/ana/sallyport.yaml:7' };
  for (const call of [callWith(), read]) {
    const text = denied(call, full).body.text();
    assert.doesNotMatch(text, /denied_tools|sallyport\.yaml/);
  }
});

test('what does not exist is not found in the words of each kind and revision', () => {
  const cases: [string, boolean, unknown][] = [
    ['tool', true, { ok: false, code: -32602, message: 'Unknown tool: x' }],
    ['tool', false, { ok: false, code: -32602, message: 'Unknown tool: x' }],
    ['prompt', true, { ok: false, code: -32602, message: 'Unknown prompt: x' }],
    ['task', true, { ok: false, code: -32602, message: 'Unknown task' }],
    ['resource', true, { ok: false, code: -32002, message: 'Resource not found', data: { uri: 'x' } }],
    ['resource', false, { ok: false, code: -32602, message: 'Resource not found', data: { uri: 'x' } }],
  ];
  for (const [type, legacy, expected] of cases) assert.deepEqual(shape(notFound(type, 'x', legacy)), expected);
});

test('a tool call whose backend died is a result that says the call may have taken effect', () => {
  const loss = { code: 'SP5002', text: 'files ended while it was working; the call may have taken effect' } as const;
  assert.deepEqual(shape(lost(callWith(), loss)), {
    ok: true,
    content: [
      {
        type: 'text',
        text: 'files ended while it was working; the call may have taken effect (SP5002, decision DECISION1).',
      },
    ],
    isError: true,
    _meta: {
      'dev.sallyport/denial': { code: 'SP5002', decision: 'DECISION1', reason: loss.text, retry: 'never' },
    },
  });
});

test('any other request whose backend failed has the error code of how it failed', () => {
  const codes = {
    SP5001: -31502,
    SP5002: -31502,
    SP5003: -31504,
    SP5004: -31429,
    SP5005: -31429,
    SP5006: -32603,
  } as const;
  for (const [code, expected] of Object.entries(codes) as [keyof typeof codes, number][]) {
    assert.deepEqual(shape(lost(read, { code, text: 'it failed' })), {
      ok: false,
      code: expected,
      message: `it failed (${code})`,
      data: { 'dev.sallyport/denial': { code, decision: 'DECISION1', reason: 'it failed', retry: 'never' } },
    });
  }
});

test('a backend that rests says when it is tried again', () => {
  const text = lost(callWith(), { code: 'SP5005', text: 'files rests', retryAfterMs: 30_000 }).body.text();
  assert.match(text, /"retry":"later","retryAfterMs":30000/);
});

const question: Partial<Call> = { direction: 'to-client', resource: { backend: 'files', type: 'client', id: 'x' } };

test('a backend whose question is refused sees what it would see if the person said no', () => {
  const form = callWith({ ...question, action: 'elicitation/create' });
  assert.deepEqual(shape(denied(form, { code: 'SP3021', text: 'it asked for a secret' })), {
    ok: true,
    action: 'decline',
  });
  const sampling = callWith({ ...question, action: 'sampling/createMessage' });
  assert.deepEqual(shape(denied(sampling, { code: 'SP3006', text: 'not allowed here' })), {
    ok: false,
    code: -31403,
    message: 'Requests of this kind from servers are not allowed (SP3006)',
  });
});

test('nothing acts on a terminal in a refusal that quotes the caller', () => {
  const bold = '\u001b[1m\u202e\u2028\u0085';
  for (const refusal of [notFound('tool', bold, true), rpcError(-32602, bold, { bold })]) {
    assert.doesNotMatch(refusal.body.text(), /[\u001b\u202e\u2028\u0085]/);
  }
  assert.deepEqual(rpcError(-32602, bold).body.json(), { code: -32602, message: bold });
});
