import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KnownSecrets, maskFor } from '../../../cli/output/known-secrets.ts';
import { captureArguments } from '../../../lib/audit/capture.ts';
import type { RuleEntry } from '../../../lib/inspect/secrets/rule.ts';
import { RULES } from '../../../lib/inspect/secrets/rules/compiled.ts';
import { maskValue } from '../../../lib/model/mask.ts';
import { Payload } from '../../../lib/wire/payload.ts';
import { madeSecret } from '../../support/attacks/made-secrets.ts';

const TOKEN = madeSecret('gitlab-pat');
const PASSWORD = madeSecret('generic-password');
const { mask } = new KnownSecrets(['open sesame']);

test('what is configured, what looks like a secret and what is personal is masked', () => {
  assert.equal(mask(`open sesame, ${TOKEN}, ann@corp.io`), '[masked], [masked], [masked]');
  assert.equal(maskFor([], { personal: false })(`${TOKEN} ann@corp.io`), '[masked] ann@corp.io');
});

test('who somebody is stays readable, and is still no place for a secret', () => {
  const fields = { principal: 'ann@corp.io', why: 'ann@corp.io', client: TOKEN };
  assert.deepEqual(maskValue(fields, mask), { principal: 'ann@corp.io', why: '[masked]', client: '[masked]' });
});

test('the name of a member says that its value is a secret', () => {
  assert.deepEqual(maskValue({ db: { password: PASSWORD }, text: PASSWORD }, mask), {
    db: { password: '[masked]' },
    text: PASSWORD,
  });
});

test('what a finding says of a secret is not taken for one', () => {
  const kinds = RULES.map((text) => JSON.parse(text) as RuleEntry).map(({ id, label }) => label ?? id);
  for (const kind of kinds) {
    const note = `secret:${kind} at /arguments/content`;
    assert.equal(mask(note), note);
    assert.equal(mask(`[secret:${kind}]`), `[secret:${kind}]`);
  }
});

test('arguments are recorded without secrets in every mode, and stay JSON', () => {
  const args = { note: `use ${TOKEN} now`, password: PASSWORD, deep: [{ token: TOKEN, n: 1.5 }] };
  const payload = Payload.of(JSON.stringify(args));
  for (const mode of ['redacted', 'full'] as const) {
    const { shown, digest } = captureArguments(payload, Object.keys(args), mode, mask);
    assert.ok(!shown!.includes(TOKEN) && !shown!.includes(PASSWORD), shown);
    assert.equal(JSON.parse(shown!).deep[0].n, 1.5);
    assert.match(digest!, /^[0-9a-f]{64}$/);
  }
});
