import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Edit, pass } from '../../../lib/model/decision.ts';
import { withMemory } from '../../../lib/policy/remembered-edits.ts';
import { Payload } from '../../../lib/wire/payload.ts';

test('an edit is made once for one body, and anew for another', () => {
  let made = 0;
  const edit: Edit = { name: 'strip', apply: (body) => Payload.of(`[${++made},${body.text()}]`), unrecorded: true };
  const verdict = withMemory(pass({ edits: [edit] }));
  assert.ok(verdict.pass);
  const [remembered] = verdict.edits!;
  const [one, other] = [Payload.of('1'), Payload.of('1')];
  assert.deepEqual([remembered!.name, remembered!.unrecorded], ['strip', true]);
  const first = remembered!.apply(one);
  assert.equal(remembered!.apply(one), first);
  assert.equal(remembered!.apply(other).text(), '[2,1]');
  assert.equal(remembered!.apply(one).text(), '[3,1]');
});
