import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secrets } from '../../../lib/checks/secrets.ts';
import type { Call } from '../../../lib/model/call.ts';
import type { Decision } from '../../../lib/model/decision.ts';
import { decideCall, decideReply } from '../../../lib/policy/decide.ts';
import type { Policy } from '../../../lib/policy/policy.ts';
import { PLACEHOLDER_LIFE_MS, Placeholders } from '../../../lib/quota/placeholders.ts';
import { Payload } from '../../../lib/wire/payload.ts';
import { madeSecret } from '../../support/attacks/made-secrets.ts';
import { FakeClock } from '../../support/clock.ts';
import { configOf } from '../../support/config/config-texts.ts';
import { callWith, replyOf } from '../../support/policy/calls.ts';
import { compiled, stateInMemory } from '../../support/policy/policy-state.ts';

const TOKEN = madeSecret('github-pat');
const CLOCK = new FakeClock();

function policyWith(section: string): Policy {
  const { config } = configOf({
    config: `version: 1\nbackends: [{ name: files, command: x }]\nsecurity: { secrets: ${section} }\n`,
  });
  return compiled(config, [secrets], stateInMemory({ placeholders: new Placeholders(CLOCK) }));
}

function calling(args: unknown, parts: Partial<Call> = {}): Call {
  return callWith({ params: Payload.of(`{"name":"read","arguments":${JSON.stringify(args)}}`), ...parts });
}

const made = (body: Payload, decision: Decision): Payload =>
  decision.edits.reduce((edited, edit) => edit.apply(edited), body);

async function sent(policy: Policy, call: Call): Promise<{ decision: Decision; args: unknown }> {
  const decision = await decideCall(policy, call);
  return { decision, args: made(call.params!, decision).member('arguments')?.json() };
}

async function answered(policy: Policy, call: Call, body: unknown, ok = true) {
  const reply = replyOf(body, ok);
  const decision = await decideReply(policy, call, reply);
  return { decision, text: made(reply.body, decision).text() };
}

test('only the bytes of a secret are replaced; numbers, order, escapes and unknown members stay as they came', async () => {
  const raw = `{"z":1.50,"content":[{"text":"caf\\u00e9 \\/ ${TOKEN}\\n😀","type":"text","x":12345678901234567890}],"a":-0}`;
  const { text } = await answered(policyWith('{ action: redact }'), calling({}), raw);
  const note =
    '"_meta":{"dev.sallyport/inspection":{"redacted":[{"what":"secret:github-token","at":"/content/0/text"}]}}';
  assert.equal(text, `${raw.replace(TOKEN, '[secret:github-token]').slice(0, -1)},${note}}`);
});

test('what programs are told stands beside what a server put into `_meta`', async () => {
  const body = { content: [{ type: 'text', text: TOKEN }], _meta: { other: 1 } };
  const { text } = await answered(policyWith('{ action: redact }'), calling({}), body);
  const { _meta } = JSON.parse(text);
  assert.deepEqual([_meta.other, _meta['dev.sallyport/inspection'].redacted.length], [1, 1]);
});

test('an error is redacted without a note, since it has no place for one', async () => {
  const { text } = await answered(policyWith('{ action: redact }'), calling({}), { code: -1, message: TOKEN }, false);
  assert.equal(text, '{"code":-1,"message":"[secret:github-token]"}');
});

test('a refusal says neither the secret nor which rule found it', async () => {
  const { decision } = await sent(policyWith('{ action: block }'), calling({ text: `x ${TOKEN}` }));
  assert.deepEqual(
    [decision.effect, decision.reason?.code, decision.reason?.at],
    ['deny', 'SP3211', '/arguments/text'],
  );
  assert.doesNotMatch(JSON.stringify(decision.reason), /gh|regex|pattern/i);
});

test('a secret that is spelt with escapes is found', async () => {
  const escaped = [...TOKEN].map((char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
  const call = callWith({ params: Payload.of(`{"name":"read","arguments":{"a":"x${escaped}y"}}`) });
  const { args } = await sent(policyWith('{ action: redact }'), call);
  assert.deepEqual(args, { a: 'x[secret:github-token]y' });
});

test('two secrets as names of one object would become one name, so that is refused', async () => {
  const policy = policyWith('{ action: redact }');
  const two = { [TOKEN]: 1, [`${TOKEN.slice(0, -1)}${TOKEN.endsWith('a') ? 'b' : 'a'}`]: 2 };
  assert.equal((await sent(policy, calling({ a: two }))).decision.reason?.code, 'SP3211');
  assert.deepEqual((await sent(policy, calling({ a: { [TOKEN]: 1 } }))).args, { a: { '[secret:github-token]': 1 } });
});

test('what stands in an image by chance is left alone', async () => {
  const data = `${'A'.repeat(300)}AKIA${'B'.repeat(16)}/${'A'.repeat(300)}`;
  const { decision } = await answered(policyWith('{ action: redact }'), calling({}), {
    content: [{ type: 'image', data }],
  });
  assert.deepEqual(decision.edits, []);
});

test('what a client answers a server is judged as what is sent', async () => {
  const question = callWith({
    direction: 'to-client',
    action: 'elicitation/create',
    resource: { backend: 'files', type: 'client', id: 'elicitation' },
  });
  const body = { action: 'accept', content: { name: TOKEN } };
  const blocked = await answered(policyWith('{ action: { request: block, response: off } }'), question, body);
  assert.equal(blocked.decision.reason?.code, 'SP3211');
  const redacted = await answered(policyWith('{ action: { request: redact, response: off } }'), question, body);
  assert.deepEqual(JSON.parse(redacted.text), { action: 'accept', content: { name: '[secret:github-token]' } });
});

test('a message that cannot be searched to its end is refused where secrets are not let through, and flagged elsewhere', async () => {
  const flood = calling({ text: Array.from({ length: 6000 }, (_, i) => `pwd="bed-api-key${i}x${i}="`) });
  const many = Array.from({ length: 10_002 }, () => TOKEN);
  const strict = await answered(policyWith('{ action: redact }'), flood, { content: many });
  assert.equal(strict.decision.reason?.code, 'SP3212');
  const { decision } = await answered(policyWith('{ action: flag }'), flood, { content: many });
  assert.equal(decision.effect, 'allow');
  assert.match(decision.findings.at(-1)!.note, /^not searched to the end/);
});

test('a placeholder goes back as its secret to the tool and the place it came from, and is not written down', async () => {
  const policy = policyWith('{ action: redact, restore: true }');
  const call = calling({});
  const { text } = await answered(policy, call, {
    content: [],
    structuredContent: { config: { token: `v ${TOKEN}` } },
  });
  const { structuredContent } = JSON.parse(text);
  assert.match(structuredContent.config.token, /^v \[secret:github-token#[a-z2-7]{16}\]$/);
  const again = await answered(policy, call, { structuredContent: { config: { token: `v ${TOKEN}` } } });
  assert.equal(JSON.parse(again.text).structuredContent.config.token, structuredContent.config.token);

  const back = await sent(policy, calling(structuredContent));
  assert.deepEqual(back.args, { config: { token: `v ${TOKEN}` } });
  assert.deepEqual(
    back.decision.edits.map(({ name, unrecorded }) => [name, unrecorded]),
    [['restore', true]],
  );

  const elsewhere = [
    calling({ other: structuredContent.config.token }),
    calling(structuredContent, { resource: { backend: 'files', type: 'tool', id: 'write' } }),
    calling(structuredContent, { session: 's2' }),
    calling({ [structuredContent.config.token]: 1 }),
    calling({ config: { token: '[secret:github-token#aaaaaaaaaaaaaaaa]' } }),
  ];
  for (const one of elsewhere) assert.equal((await sent(policy, one)).decision.reason?.code, 'SP3213');
  CLOCK.pass(PLACEHOLDER_LIFE_MS);
  assert.equal((await sent(policy, calling(structuredContent))).decision.reason?.code, 'SP3213');
});

test('without restoring, placeholders have no tags and are texts like any other', async () => {
  const policy = policyWith('{ action: redact }');
  const { text } = await answered(policy, calling({}), { content: [{ type: 'text', text: TOKEN }] });
  assert.equal(JSON.parse(text).content[0].text, '[secret:github-token]');
  const { decision, args } = await sent(policy, calling({ a: '[secret:github-token#aaaaaaaaaaaaaaaa]' }));
  assert.deepEqual(
    [decision.effect, decision.edits, args],
    ['allow', [], { a: '[secret:github-token#aaaaaaaaaaaaaaaa]' }],
  );
});

test('personal data is replaced where that is asked for, beside secrets that are only told of', async () => {
  const { args, decision } = await sent(
    policyWith('{ action: flag, personal: redact }'),
    calling({ to: 'ann@corp.io', key: TOKEN }),
  );
  assert.deepEqual(args, { to: '[personal:email]', key: TOKEN });
  assert.equal(decision.findings.length, 2);
});
