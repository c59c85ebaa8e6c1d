import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEngine } from '../support/engine/engine.ts';
import { ERAS } from '../support/mcp/eras.ts';
import { textOf } from '../support/mcp/peer.ts';

for (const era of ERAS) {
  test(`1: two clients that use id 1 with the same backend each get their own result (${era})`, async (t) => {
    const engine = createEngine(t, { era });
    const [alice, bob] = [engine.client('alice'), engine.client('bob')];
    if (era === 'legacy') await Promise.all([alice.initialize(), bob.initialize()]);
    engine.server.hold('tools/call');
    const answers = [alice.call('work', { for: 'alice' }, 1), bob.call('work', { for: 'bob' }, 1)];
    const asked = await engine.server.askedTimes('tools/call', 2);
    assert.notEqual(asked[0]!.id, asked[1]!.id);
    for (const { id, params } of asked.reverse()) {
      engine.server.result(id, { content: [{ type: 'text', text: `for ${params.arguments.for}` }] });
    }
    const [toAlice, toBob] = await Promise.all(answers);
    assert.deepEqual([toAlice.id, textOf(toAlice)], [1, 'for alice']);
    assert.deepEqual([toBob.id, textOf(toBob)], [1, 'for bob']);
    assert.equal(alice.messages.filter(({ id }) => id === 1).length, 1);
    assert.equal(bob.messages.filter(({ id }) => id === 1).length, 1);
    const records = engine.audit.records.filter(({ kind }) => kind === 'done');
    assert.equal(records.length, 2);
  });
}
