import type { AuditRecord } from '../../../lib/audit/read.ts';

const OUTCOMES = ['ok', 'error', 'tool_error', 'withheld', 'failed', 'timeout', 'cancelled'];
const HASH = 'ab'.repeat(32);

/** A record of every kind there is, as it is read back. */
export function exportedRecords(): AuditRecord[] {
  let seq = 0;
  const record = (kind: string, members: AuditRecord): AuditRecord => ({
    v: 1,
    seq: ++seq,
    ts: `2026-11-21T06:00:0${seq % 10}.517Z`,
    kind,
    ...members,
    prev: '0'.repeat(64),
    hash: HASH,
  });
  const subject = {
    id: '01M7YB1E6NH8PK000004',
    session: '01M7YB1D09H8PK000001',
    principal: 'ada',
    client_id: 'ci-bot',
    roles: ['dev', 'ops'],
    tenant: 'platform',
    proof: 'jwt',
    issuer: 'https://idp.example.com',
    client: 'claude-code/2.1.240',
    action: 'tools/call',
    type: 'tool',
    resource: 'files/write_file',
    args: { path: 'notes.txt', content: '[120 characters]' },
    args_sha256: HASH,
  };
  const denied = { decision: 'deny', code: 'SP3002', rule: 'backends[0].denied_tools[0]', source: 'sallyport.yaml:6' };
  const policy = { policy: 'aa58d8e6b625', bytes: 118 };
  return [
    record('call', { ...subject, decision: 'allow', check: 'access', ...policy }),
    record('call', { ...subject, ...denied, at: '/path', check: 'access', ...policy }),
    record('call', {
      ...subject,
      decision: 'require_approval',
      code: 'SP6003',
      rule: 'policies.tools["files/*"].action',
      check: 'access',
      approval: { id: 'ap-1', by: 'grace', how: 'terminal' },
      ...policy,
    }),
    record('call', {
      ...subject,
      decision: 'allow',
      approval: { id: 'ap-2', by: 'grace', how: 'elicitation' },
      trace: '4bf92f3577b34da6a3ce929d0e0e4736',
      ...policy,
    }),
    record('call', { ...subject, decision: 'deny', code: 'SP3201', check: 'injection', ...policy }),
    record('call', {
      ...subject,
      decision: 'allow',
      check: 'injection',
      findings: [{ check: 'injection', note: 'score 0.4: says to ignore what came before' }],
      edits: ['hide 2'],
      would_deny: { code: 'SP3002', rule: 'x' },
      ...policy,
    }),
    record('call', { ...subject, action: 'resources/read', type: 'resource', decision: 'allow', ...policy }),
    record('call', { ...subject, direction: 'to-client', action: 'elicitation/create', ...denied, ...policy }),
    ...OUTCOMES.map((outcome) => record('done', { id: subject.id, outcome, decision: 'allow', bytes: 345, ms: 1.234 })),
    record('done', {
      id: subject.id,
      outcome: 'withheld',
      ...denied,
      code: 'SP3212',
      check: 'secrets',
      bytes: 9,
      ms: 2,
    }),
    record('refused', {
      session: subject.session,
      from: 'client',
      code: 'SP8001',
      detail: 'bad | frame = \\ of "text"',
      bytes: 12,
    }),
    record('event', {
      event: 'session_started',
      session: 's',
      principal: 'ada',
      client: 'c/1',
      revision: '2025-11-25',
    }),
    record('event', {
      event: 'egress',
      backend: 'files',
      host: 'evil.example.com',
      port: 443,
      via: 'connect',
      decision: 'deny',
      address: '203.0.113.9',
      why: 'not on the list',
      rule: 'sandbox.network',
    }),
    record('event', {
      event: 'egress_done',
      backend: 'files',
      host: 'h',
      port: 443,
      up: 10,
      down: 20,
      ms: 3,
      outcome: 'ok',
    }),
    record('event', {
      event: 'tool_changed',
      backend: 'files',
      item: 'write_file',
      pinned: HASH,
      offered: HASH,
      why: 'its description differs',
      code: 'SP4003',
    }),
    record('event', { event: 'config_reloaded', policy: 'b', before: 'a' }),
    record('event', { event: 'records_lost', code: 'SP7001', count: 3 }),
    record('event', { event: 'shipping_behind', code: 'SP7020', destination: 'webhook', why: 'answered HTTP 503' }),
  ];
}
