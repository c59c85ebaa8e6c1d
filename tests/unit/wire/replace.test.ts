import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Payload } from '../../../lib/wire/payload.ts';
import { replaceAt } from '../../../lib/wire/replace.ts';

const replaced = (json: string, path: string[], by: string) => replaceAt(Payload.of(json), path, by).text();

test('only the value at the path changes, and everything else keeps its bytes', () => {
  assert.equal(
    replaced('{ "a" : [1, {"b":2.50}] , "c":1e3}', ['a', '1', 'b'], '"x"'),
    '{ "a" : [1, {"b":"x"}] , "c":1e3}',
  );
});

test('the empty path is the whole value', () => assert.equal(replaced('[1]', [], '2'), '2'));

test('keys are compared as they are read, not as they are written', () => {
  assert.equal(replaced('{"\\u0061":1,"__proto__":2}', ['a'], '3'), '{"\\u0061":3,"__proto__":2}');
  assert.equal(replaced('{"a":1,"__proto__":2}', ['__proto__'], '3'), '{"a":1,"__proto__":3}');
  assert.equal(replaced('{"1":1,"0":2}', ['0'], '3'), '{"1":1,"0":3}');
});

for (const path of [['b'], ['a', '2'], ['a', '01'], ['a', ''], ['a', '0', 'x'], ['length']]) {
  test(`nothing stands at /${path.join('/')}, which throws`, () => {
    assert.throws(() => replaced('{"a":[1,2]}', path, '3'), /nothing to replace/);
  });
}

test('what cannot stand in a line is written as its escape', () => {
  assert.equal(replaced('{"a":1}', ['a'], '"\u2028"'), '{"a":"\\u2028"}');
});

test('a replaced value is found at its path, and all others are as they were', () => {
  const key = fc.constantFrom('a', 'b', '0', '__proto__', 'ü"\\');
  const tree = fc.dictionary(
    key,
    fc.oneof(fc.dictionary(key, fc.nat(), { maxKeys: 3 }), fc.array(fc.string(), { maxLength: 3 }), fc.nat()),
    { minKeys: 1 },
  );
  fc.assert(
    fc.property(tree, fc.nat(), fc.json(), (value, pick, json) => {
      const text = JSON.stringify(value);
      const keys = Object.keys(JSON.parse(text) as object);
      const at = keys[pick % keys.length]!;
      const whole = JSON.parse(replaced(text, [at], json)) as Record<string, unknown>;
      assert.deepEqual(Object.getOwnPropertyDescriptor(whole, at)?.value, JSON.parse(json));
      assert.deepEqual(Object.keys(whole), keys);
    }),
  );
});
