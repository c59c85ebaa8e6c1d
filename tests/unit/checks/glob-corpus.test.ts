import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHECKS } from '../../../lib/checks/index.ts';
import { compilePolicy } from '../../../lib/policy/policy.ts';
import { corpusCases } from '../../support/attacks/corpus.ts';
import { configOf } from '../../support/config/config-texts.ts';
import { decideText } from '../../support/policy/policy-case.ts';
import { stateInMemory } from '../../support/policy/policy-state.ts';

const cases = corpusCases('glob');

/** Refused whatever matches: control characters, escapes, and brackets, which are plain characters in our globs. */
const STRICTER = new Set(['p0110', 'p0111', 'p0113']);

test('globs of the corpus allow a writer what they should and nothing else', {
  skip: cases.length === 0 && 'no corpus here',
}, async () => {
  assert.ok(cases.length >= 15);
  for (const { id, input, expect: expected } of cases) {
    const expect = expected as { readonly glob: string; readonly match: boolean };
    const rule = `{ paths: { allow: [${JSON.stringify(expect.glob)}] } }`;
    const text = `version: 1\nbackends: [{ name: files, command: x, cwd: /srv/app }]\npolicies: { tools: { "files/*": ${rule} } }`;
    const policy = await compilePolicy(configOf({ config: text }).config, CHECKS, stateInMemory());
    const { decision } = await decideText(policy, { tool: 'files/write_file', args: { path: input, content: '' } });
    const allowed = expect.match && !STRICTER.has(id);
    assert.equal(decision.effect === 'allow', allowed, `${id} ${JSON.stringify(input)} ${decision.reason?.code}`);
  }
});
