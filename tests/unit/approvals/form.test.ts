import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formFor, saidIn } from '../../../lib/approvals/form.ts';
import type { PendingApproval } from '../../../lib/model/approval-desk.ts';
import { Payload } from '../../../lib/wire/payload.ts';

const PENDING: PendingApproval = {
  id: 'K7QF',
  askedMs: 0,
  expiresMs: 1,
  principal: 'ana',
  client: 'claude-code/2',
  action: 'tools/call',
  resource: 'github/delete_repo',
  effect: 'destructive external',
  lines: ['owner: "acme"', 'repo: "web"'],
  isWhole: true,
  digest: 'd',
  reason: 'a person must agree to this first',
  rule: 'policies.tools["*/@destructive"].action',
  source: 'sallyport.yaml:71',
  calls: 1,
  scopes: ['once', 'session'],
  covers: undefined,
  needs: 'in-band',
};

function formOf(pending: PendingApproval, words = { enumNames: false, modes: true }) {
  return formFor(pending, words).json() as {
    readonly mode?: string;
    readonly message: string;
    readonly requestedSchema: { readonly properties: { readonly decision: Record<string, unknown> } };
  };
}

test('the form says who wants what, why, and offers to deny first', () => {
  const { mode, message, requestedSchema } = formOf(PENDING);
  assert.equal(mode, 'form');
  assert.deepEqual(message.split('\n'), [
    '[sallyport] claude-code/2 wants github/delete_repo (destructive external)',
    '  owner: "acme"',
    '  repo: "web"',
    'Why: a person must agree to this first',
    'Rule: policies.tools["*/@destructive"].action (sallyport.yaml:71)',
  ]);
  assert.deepEqual(requestedSchema, {
    type: 'object',
    properties: {
      decision: {
        type: 'string',
        oneOf: [
          { const: 'deny', title: 'Deny' },
          { const: 'once', title: 'Approve once' },
          { const: 'session', title: 'Approve this exact call for this session' },
        ],
        default: 'deny',
      },
    },
    required: ['decision'],
  });
});

test('a client of an older revision gets names beside the values, and no mode', () => {
  const { mode, requestedSchema } = formOf(PENDING, { enumNames: true, modes: false });
  assert.equal(mode, undefined);
  assert.deepEqual(requestedSchema.properties.decision, {
    type: 'string',
    enum: ['deny', 'once', 'session'],
    enumNames: ['Deny', 'Approve once', 'Approve this exact call for this session'],
    default: 'deny',
  });
});

test('whoever agrees for longer reads what that covers, and of how many calls they speak', () => {
  const { message, requestedSchema } = formOf({ ...PENDING, covers: 'anything in /work', calls: 3 });
  assert.match(JSON.stringify(requestedSchema), /Approve this tool, anything in \/work, for this session/);
  assert.match(message, /3 calls exactly like this wait/);
});

test('everything but a clear yes is a no', () => {
  const said = (text: string | undefined) => saidIn(text === undefined ? undefined : Payload.of(text), PENDING.scopes);
  assert.deepEqual(said('{"action":"accept","content":{"decision":"once"}}'), { approved: true, scope: 'once' });
  assert.deepEqual(said('{"action":"accept","content":{"decision":"session"}}'), { approved: true, scope: 'session' });
  const noes = [
    undefined,
    'null',
    '[]',
    '"accept"',
    '{',
    '{"action":"accept"}',
    '{"action":"accept","content":{}}',
    '{"action":"accept","content":null}',
    '{"action":"accept","content":{"decision":"deny"}}',
    '{"action":"accept","content":{"decision":"time"}}',
    '{"action":"accept","content":{"decision":["once"]}}',
    '{"action":"accept","content":{"decision":true}}',
    '{"action":"accept","content":{"decision":"Once"}}',
    '{"action":"decline","content":{"decision":"once"}}',
    '{"action":"cancel","content":{"decision":"once"}}',
    '{"content":{"decision":"once"}}',
  ];
  for (const text of noes) assert.deepEqual(said(text), { approved: false }, text);
});
