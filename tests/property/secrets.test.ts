import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { secrets } from '../../lib/checks/secrets.ts';
import { decideReply } from '../../lib/policy/decide.ts';
import { Payload } from '../../lib/wire/payload.ts';
import { madeSecret } from '../support/attacks/made-secrets.ts';
import { configOf } from '../support/config/config-texts.ts';
import { callWith } from '../support/policy/calls.ts';
import { compiled } from '../support/policy/policy-state.ts';

const SECRETS = ['github-pat', 'stripe-live', 'npm', 'gitlab-pat', 'sendgrid'].map(madeSecret);
const config = 'version: 1\nbackends: [{ name: files, command: x }]\nsecurity: { secrets: { action: redact } }\n';
const policy = compiled(configOf({ config }).config, [secrets]);

/** Texts with a secret between words now and then. */
const text = fc
  .array(fc.oneof(fc.string({ unit: 'grapheme', maxLength: 12 }), fc.constantFrom(...SECRETS)), { maxLength: 4 })
  .map((parts) => parts.join(' '));
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    text,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 }), tie('any'), { maxKeys: 4 }),
  ),
})).any;

function withoutNote(value: unknown): unknown {
  const { _meta, ...rest } = value as { _meta?: unknown };
  return rest;
}

/** What a reader sees whose every text was cleaned. */
function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, cleaned(inner)]));
}

test('after redaction no secret is left, all else is what it was, and nothing more is found', async () => {
  await fc.assert(
    fc.asyncProperty(value, async (structuredContent) => {
      const before = { content: [], structuredContent };
      const body = Payload.of(JSON.stringify(before));
      const decision = await decideReply(policy, callWith(), { ok: true, body });
      const after = decision.edits.reduce((edited, edit) => edit.apply(edited), body);
      if (decision.edits.length === 0) assert.equal(after, body);
      for (const secret of SECRETS) assert.ok(!after.text().includes(secret));
      const plain = JSON.stringify(cleaned(withoutNote(after.json()))).replace(/\[secret:[a-z0-9-]+\]/g, '?');
      const wanted = SECRETS.reduce((known, secret) => known.replaceAll(secret, '?'), JSON.stringify(before));
      assert.equal(plain, wanted);
      const again = await decideReply(policy, callWith(), { ok: true, body: after });
      assert.deepEqual([...again.edits], []);
    }),
    { numRuns: 150 },
  );
});
