import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RefusedEntries } from '../../../lib/checks/injection/refused-entries.ts';
import { Tails } from '../../../lib/inspect/tails.ts';
import type { Reason } from '../../../lib/model/decision.ts';
import { decideReply } from '../../../lib/policy/decide.ts';
import { Payload } from '../../../lib/wire/payload.ts';
import { callWith } from '../../support/policy/calls.ts';
import { Inspected } from '../../support/policy/inspected.ts';
import { wordInspector } from '../../support/policy/word-inspector.ts';

const REASON: Reason = { code: 'SP3203', text: 'it gives orders' };
const prompt = (id: string, backend = 'files') => ({ backend, type: 'prompt', id }) as const;

test('what was refused stays so until its server says something else', () => {
  const refused = new RefusedEntries(10);
  refused.refuse(prompt('a'), REASON);
  assert.equal(refused.reasonFor(prompt('a')), REASON);
  assert.equal(refused.reasonFor(prompt('b')), undefined);
  assert.equal(refused.reasonFor(prompt('a', 'other')), undefined);
  refused.forgive(prompt('a'));
  assert.equal(refused.reasonFor(prompt('a')), undefined);
  assert.ok(refused.isEmpty);
});

test('a server that has more refused than is remembered may use no prompt and no resource, and takes nobody else with it', () => {
  const refused = new RefusedEntries(10);
  refused.refuse(prompt('mine', 'other'), REASON);
  for (let i = 0; i < 11; i++) refused.refuse(prompt(`p${i}`), REASON);
  for (let i = 0; i < 11; i++) refused.forgive(prompt(`p${i}`));
  assert.equal(refused.reasonFor(prompt('p0')), REASON);
  assert.equal(refused.reasonFor(prompt('harmless')), REASON);
  assert.equal(refused.reasonFor({ backend: 'files', type: 'tool', id: 'harmless' }), undefined);
  assert.equal(refused.reasonFor(prompt('mine', 'other')), REASON);
  assert.equal(refused.reasonFor(prompt('yours', 'other')), undefined);
});

test('ends of texts are told apart by names of any length', () => {
  const tails = new Tails();
  const [one, other] = ['a', 'b'].map((end) => `file:///${'x'.repeat(100_000)}${end}`);
  tails.remember('session', one!, 'ignore');
  tails.remember('session', other!, 'all');
  assert.equal(tails.of('session', one!), 'ignore');
  assert.equal(tails.of('session', other!), 'all');
  tails.forget('session');
  assert.equal(tails.of('session', one!), '');
});

test('verdicts on definitions are kept, but not for more text than a few large ones have', async () => {
  const asked = { atOnce: 0, inSlices: 0 };
  const inspected = await Inspected.with({ action: 'flag' }, { inspector: wordInspector(asked) });
  const listed = async (index: number) => {
    const item = { name: `t${index}`, description: `EVIL ${'x'.repeat(1_000_000)}` };
    const body = Payload.of(JSON.stringify({ tools: [item] }));
    const [start, end] = [body.text().indexOf('{"name"'), body.size - 2];
    const resource = { backend: 'files', type: 'list', id: 'tools' } as const;
    const items = [{ start, end, resource: { backend: 'files', type: 'tool', id: item.name } as const }];
    await decideReply(inspected.policy, callWith({ action: 'tools/list', resource }), { ok: true, body, items });
  };
  await listed(0);
  const once = asked.inSlices;
  assert.ok(once > 0);
  await listed(0);
  assert.equal(asked.inSlices, once, 'kept');
  for (let i = 1; i <= 10; i++) await listed(i);
  const before = asked.inSlices;
  await listed(10);
  assert.equal(asked.inSlices, before, 'the newest is kept');
  await listed(0);
  assert.equal(asked.inSlices, before + once, 'the oldest is read again');
});
