import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ToolEffect } from '../../../lib/model/rules.ts';
import { ConditionError, compileCondition } from '../../../lib/policy/condition.ts';
import { Unjudgeable } from '../../../lib/policy/unjudgeable.ts';
import { Payload } from '../../../lib/wire/payload.ts';
import { callWith } from '../../support/policy/calls.ts';

const EFFECT: ToolEffect = { kind: 'write', flags: ['external'], origin: 'guess' };
/** A Saturday, 14:30 on the clock of whoever runs the tests. */
const NOW = new Date(2026, 10, 21, 14, 30).getTime();

async function holds(when: string, args: string | object = {}): Promise<boolean> {
  const condition = await compileCondition({ value: when, rule: 'policies.tools["a/*"].when', source: 'a.yaml:3' });
  const json = typeof args === 'string' ? args : JSON.stringify(args);
  const call = callWith({
    params: Payload.of(`{"arguments":${json}}`),
    principal: {
      subject: 'ana',
      clientId: 'ci',
      agent: 'x',
      roles: ['analyst'],
      proof: 'api-key',
    },
  });
  return condition(call, EFFECT, NOW);
}

const TRUE: readonly [when: string, args: string | object][] = [
  ['args.count > 5', { count: 7 }],
  ['args.count > 5', { count: 7.5 }],
  ['args.count > 5.5', { count: 7 }],
  ['args.count == 7', '{"count":7.0}'],
  ['args.count + 1 == 8', { count: 7 }],
  ['args.count + 1 == 8.5', { count: 7.5 }],
  ['args.count * 1.5 > 10.0', { count: 7 }],
  ['7.5 - args.count == 0.5 && args.count / 2.0 == 3.5', { count: 7 }],
  ['args.big > 9000000000000000', { big: 1e300 }],
  ['args.count % 2 == 1', { count: 7 }],
  ['has(args.path) && args.path.startsWith("/tmp/")', { path: '/tmp/a' }],
  ['!has(args.path)', {}],
  ['!has(args.toString) && !has(args.constructor) && !("__proto__" in args)', {}],
  ['has(args.toString) && args.toString == "x"', { toString: 'x' }],
  ['args["__proto__"] == 1', '{"__proto__":1}'],
  ['args.tags.exists(t, t == "b") && size(args.tags) == 2', { tags: ['a', 'b'] }],
  ['args.all(key, key != "force")', { path: 'a' }],
  ['args.edits.all(e, e.newText.size() < 10)', { edits: [{ newText: 'abc' }] }],
  ['args.text.matches("^(a+)+$")', { text: 'aaa' }],
  ['principal.subject == "ana" && principal.client == "ci" && "analyst" in principal.roles', {}],
  ['principal.tenant == ""', {}],
  ['resource.backend == "files" && resource.type == "tool" && resource.id == "read"', {}],
  ['action == "tools/call"', {}],
  ['effect.kind == "write" && "external" in effect.flags', {}],
  ['hour >= 9 && hour < 18 && weekday == 6', {}],
  ['now > timestamp("2026-01-01T00:00:00Z")', {}],
  ['args.maybe == null', { maybe: null }],
  ['type(args.count) == int', { count: 1 }],
  ['args.a == args.b', { a: { x: [1] }, b: { x: [1] } }],
];

for (const [when, args] of TRUE) {
  test(`${when} holds for ${typeof args === 'string' ? args : JSON.stringify(args)}`, async () => {
    assert.equal(await holds(when, args), true);
    assert.equal(await holds(`!(${when})`, args), false);
  });
}

const WRONG: readonly [when: string, why: RegExp][] = [
  ['args.count >', /no CEL, from character/],
  ['arg.count > 5', /no variable "arg"; known are principal, action/],
  ['principal.name == "x"', /"principal" has no "name"; it has subject, client/],
  ['hour.value == 1', /"hour" has no "value"; it has no members/],
  ['args.x.upperAscii() == "A"', /no function "upperAscii"/],
  ['Foo{a: 1} == Foo{a: 1}', /no type "Foo"/],
  [`args.x == "${'a'.repeat(2100)}"`, /longer than 2048/],
  [`${'['.repeat(600)}1${']'.repeat(600)} == []`, /nested too deep/],
  [`${'['.repeat(90)}1${']'.repeat(90)} == []`, /nested too deep/],
  ['args.l.all(a, args.l.all(b, args.l.all(c, true)))', /more than 2 loops/],
];

for (const [when, why] of WRONG) {
  test(`${when.slice(0, 60)} is refused when it is compiled`, async () => {
    await assert.rejects(holds(when), (error) => error instanceof ConditionError && why.test(error.message));
  });
}

test('a sound condition has no problem', async () => {
  assert.equal(await holds('{"a": [1, 2]}.a.exists(x, x == args.n)', { n: 2 }), true);
});

const list = (length: number) => Array.from({ length }, (_, index) => index);
const UNJUDGEABLE: readonly [what: string, when: string, args: string | object][] = [
  ['a missing argument', 'args.count > 5', {}],
  ['an argument of another type', 'args.count > 5', { count: 'many' }],
  ['a value that is neither true nor false', 'args.count', { count: 1 }],
  ['an int that grows over 64 bits', 'args.count * 9223372036854775807 > 0', { count: 2 }],
  ['a division by nothing', '1 / args.count == 1', { count: 0 }],
  ['loops over long lists', 'args.l.all(a, args.l.all(b, a + b >= 0))', { l: list(2000) }],
  [
    'loops over large maps',
    'args.m.all(a, args.m.all(b, a != b + "x"))',
    { m: Object.fromEntries(list(2000).map((i) => [i, 1])) },
  ],
  ['loops over long texts', 'args.l.all(a, !args.text.contains(a))', { l: ['a'], text: 'x'.repeat(300_000) }],
  ['a value of too many parts', 'size(args.l) > 0', { l: list(30_000) }],
  ['a value nested too deep', 'has(args.l)', { l: JSON.parse(`${'['.repeat(150)}${']'.repeat(150)}`) }],
  [
    'a pattern over a text that is too long for it',
    'args.text.matches("(a{1,30}b?){1,30}")',
    { text: 'a'.repeat(100_000) },
  ],
  ['a pattern that repeats too much', 'args.text.matches("((a{1,30}b?){1,30}c){1,1}(a{1,30}b?){1,30}")', { text: 'a' }],
  ['a pattern of a call that is too long', 'args.text.matches(args.pattern)', { text: 'a', pattern: 'a'.repeat(600) }],
  ['a pattern of a call that is none', 'args.text.matches(args.pattern)', { text: 'a', pattern: '(' }],
];

for (const [what, when, args] of UNJUDGEABLE) {
  test(`${what} denies with the place of the condition`, async () => {
    await assert.rejects(holds(when, args), (error) => {
      assert.ok(error instanceof Unjudgeable);
      const { code, rule, source, fix } = error.reason;
      assert.deepEqual([code, rule, source], ['SP3045', 'policies.tools["a/*"].when', 'a.yaml:3']);
      assert.match(fix!, /has\(args\.x\)/);
      return true;
    });
  });
}

test('arguments a condition does not look at cost it nothing', async () => {
  const args = { path: 'a', rest: list(40_000) };
  assert.equal(await holds('args.path == "a"', args), true);
});

test('patterns of calls are kept, though not for ever', async () => {
  for (let i = 0; i < 120; i++)
    assert.equal(await holds('args.text.matches(args.p)', { text: `a${i}`, p: `^a${i}$` }), true);
});

test('a fault of what reads conditions is not told as a fault of the condition', async () => {
  const broken = compileCondition({ value: undefined as unknown as string, rule: 'r', source: 's' });
  await assert.rejects(broken, (fault: Error) => !(fault instanceof ConditionError) && fault instanceof TypeError);
});
