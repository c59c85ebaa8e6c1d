import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { insertionOf } from '../../lib/wire/insert.ts';
import { type Cut, Payload } from '../../lib/wire/payload.ts';
import { removalsOf, withoutElements, withoutMembers } from '../../lib/wire/remove.ts';
import { rewriteStrings, valueAt } from '../../lib/wire/rewrite.ts';
import { children } from '../../lib/wire/walk.ts';
import { chunked } from '../support/mcp/frames.ts';
import { jsonText, objectText } from '../support/mcp/json-text.ts';

/** `text` as a payload somewhere inside buffers of several pieces, as a frame leaves it. */
function payloadIn(text: string, before: string, after: string, points: readonly number[]): Payload {
  const bytes = Buffer.from(before + text + after);
  const from = Buffer.byteLength(before);
  return new Payload(chunked(bytes, points), from, from + Buffer.byteLength(text));
}

const surroundings = fc.tuple(fc.constantFrom('', '{"p":', 'é'), fc.constantFrom('', '}', ',"é":1}'));

function payloads(text: fc.Arbitrary<string>): fc.Arbitrary<{ text: string; body: Payload }> {
  return fc
    .tuple(text, surroundings, fc.array(fc.nat(), { maxLength: 4 }))
    .map(([json, [before, after], points]) => ({ text: json, body: payloadIn(json, before, after, points) }));
}

/** The same members or elements, as plain data. */
function parsed(text: string): unknown {
  return JSON.parse(text);
}

test('a payload in several pieces has the text, members and kinds of its JSON', () => {
  fc.assert(
    fc.property(payloads(objectText()), ({ text, body }) => {
      assert.equal(body.text(), text);
      assert.equal(body.size, Buffer.byteLength(text));
      const value = parsed(text) as Record<string, unknown>;
      assert.deepEqual(new Set(body.keys()), new Set(Object.keys(value)));
      for (const key of Object.keys(value)) {
        assert.deepEqual(body.member(key)?.json(), value[key]);
        assert.equal(body.string(key), typeof value[key] === 'string' ? value[key] : undefined);
        assert.equal(body.has(key), true);
      }
      for (const needle of ['"', text.slice(0, 3), 'é', 'not in there']) {
        const ascii = Buffer.from(needle).length === needle.length;
        if (ascii) assert.equal(body.includes(needle), text.includes(needle), needle);
      }
    }),
    { numRuns: 300 },
  );
});

test('a payload joined in steps has the bytes it has when it is joined at once', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9_000_000), { maxLength: 6 }), fc.nat(100), (points, from) => {
      const bytes = Buffer.alloc(3_000_000, 'a text of some length, ');
      const stepped = new Payload(chunked(bytes, points), from, bytes.length - 1);
      let steps = 0;
      for (const _step of stepped.joining()) steps++;
      assert.ok(steps <= 3);
      assert.ok(stepped.bytes().equals(bytes.subarray(from, -1)));
    }),
    { numRuns: 30 },
  );
});

test('members that are known before cuts are known where they stand afterwards, also those that are added', () => {
  const added = fc.option(fc.constantFrom('"_meta":{"a":"\u2028"}', '"x y":[1],"z":"\u2029"'), { nil: undefined });
  fc.assert(
    fc.property(
      payloads(objectText()),
      fc.constantFrom('"\u2028 long"', '1', '{"a":1}'),
      added,
      ({ body }, value, more) => {
        const [first] = body.members();
        const cuts: Cut[] = first === undefined ? [] : [{ start: first.start, end: first.end, text: value }];
        if (more !== undefined) cuts.push(insertionOf(body, more));
        const spliced = body.splice(cuts);
        assert.deepEqual(spliced.members(), new Payload([spliced.bytes()], 0, spliced.size).members());
      },
    ),
    { numRuns: 200 },
  );
});

test('splicing keeps every byte outside the cuts', () => {
  const separators = /[\u0085\u2028\u2029]/g;
  fc.assert(
    fc.property(
      payloads(jsonText()),
      fc.uniqueArray(fc.nat(), { maxLength: 8 }),
      fc.array(fc.constantFrom('', '"x"', 'é', '1.10', '\u2028'), { minLength: 4, maxLength: 4 }),
      ({ body }, points, texts) => {
        const at = [...new Set(points.map((point) => point % (body.size + 1)))].sort((a, b) => a - b);
        const cuts: Cut[] = [];
        for (let i = 0; i + 1 < at.length; i += 2) cuts.push({ start: at[i]!, end: at[i + 1]!, text: texts[i / 2]! });
        const bytes = Buffer.from(body.bytes());
        const pieces: Buffer[] = [];
        let from = 0;
        for (const { start, end, text } of cuts) {
          const put = text.replace(separators, '\\u2028');
          pieces.push(bytes.subarray(from, start), Buffer.from(put));
          from = end;
        }
        const expected = Buffer.concat([...pieces, bytes.subarray(from)]);
        const spliced = body.splice(cuts);
        assert.deepEqual(spliced.bytes(), expected);
        assert.equal(spliced.size, expected.length);
        assert.deepEqual(body.bytes(), bytes, 'the payload itself is left alone');
      },
    ),
    { numRuns: 500 },
  );
});

test('removing elements leaves the others as they were, in a valid array', () => {
  const array = fc.array(jsonText({ depth: 1 }), { maxLength: 6 });
  const comma = fc.constantFrom(',', ' , ', '\t,');
  fc.assert(
    fc.property(array, comma, fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }), (items, between, gone) => {
      const text = `{"before":1.10,"list":[ ${items.join(between)} ],"after":[]}`;
      const body = Payload.of(text);
      const spans = children(body.bytes(), body.span('list')!.start);
      const left = withoutElements(body, spans, (index) => gone[index]!);
      const kept = items.filter((_item, index) => !gone[index]);
      const list = left.member('list')!;
      assert.deepEqual(
        children(list.bytes()).map(({ start, end }) => list.slice(start, end).text()),
        kept.map((item) => Payload.of(item).text()),
      );
      assert.deepEqual(left.json(), { before: 1.1, list: kept.map(parsed), after: [] });
      assert.ok(left.text().startsWith('{"before":1.10,"list":[') && left.text().endsWith('],"after":[]}'));
    }),
    { numRuns: 500 },
  );
});

test('removing members leaves the others as they were, in a valid object', () => {
  fc.assert(
    fc.property(payloads(objectText({ depth: 2 })), fc.nat(), ({ text, body }, choice) => {
      const value = parsed(text) as Record<string, unknown>;
      const keys = Object.keys(value);
      const gone = keys[choice % (keys.length + 1)] ?? 'not there';
      const { [gone]: _removed, ...expected } = { ...value };
      for (const left of [withoutMembers(body, [gone]), body.splice(removalsOf(body, [gone]))]) {
        assert.deepEqual(left.json(), expected);
        for (const key of left.keys()) assert.equal(left.member(key)!.text(), body.member(key)!.text());
      }
    }),
    { numRuns: 500 },
  );
});

/** What `rewriteStrings` promises, on parsed data. */
function rewritten(value: unknown, paths: readonly (readonly string[])[], change: (text: string) => string): unknown {
  if (typeof value === 'string') return paths.some(({ length }) => length === 0) ? change(value) : value;
  if (typeof value !== 'object' || value === null) return value;
  const inner = (key: string, child: unknown) => {
    const deeper = paths.filter(([first]) => first === key || first === '*').map((path) => path.slice(1));
    return rewritten(child, deeper, change);
  };
  if (Array.isArray(value)) return value.map((child) => inner('', child));
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, inner(key, child)]));
}

test('rewriting strings changes exactly the strings its paths lead to, however their keys are spelt', () => {
  const step = fc.constantFrom('*', 'a', 'name', 'params', 'uri', 'k');
  const paths = fc.array(fc.array(step, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 });
  fc.assert(
    fc.property(payloads(jsonText({ depth: 3 })), paths, fc.boolean(), ({ text, body }, wanted, escaped) => {
      const spelt = escaped ? text.replaceAll('"name"', '"n\\u0061me"').replaceAll('"uri"', '"ur\\u0069"') : text;
      const subject = escaped ? Payload.of(spelt) : body;
      const hinted = wanted.filter((path) => path.includes('name') || path.includes('uri'));
      const change = (value: string) => `backend/${value}`;
      for (const path of hinted) {
        const hint = path.includes('name') ? '"name"' : '"uri"';
        const result = rewriteStrings(subject, [path], hint, change);
        assert.deepEqual(result.json(), rewritten(parsed(spelt), [path], change));
      }
      assert.deepEqual(rewriteStrings(subject, wanted, '', change).json(), rewritten(parsed(spelt), wanted, change));
    }),
    { numRuns: 1000 },
  );
});

test('rewriting leaves every value it does not change with its own digits and layout', () => {
  fc.assert(
    fc.property(jsonText({ depth: 2 }), jsonText({ depth: 2 }), (left, right) => {
      const body = Payload.of(`{"a": ${left},"name":"x" , "b":${right}}`);
      const result = rewriteStrings(body, [['name']], '"name"', (value) => `${value}\u2028`);
      const expected = Payload.of(`{"a": ${left},"name":"x\\u2028" , "b":${right}}`);
      assert.equal(result.text(), expected.text());
    }),
    { numRuns: 200 },
  );
});

test('the value at a path is the value JSON.parse finds there', () => {
  fc.assert(
    fc.property(
      payloads(objectText({ depth: 3 })),
      fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
      ({ text, body }, choices) => {
        let value = parsed(text);
        const path: string[] = [];
        for (const choice of choices) {
          if (typeof value !== 'object' || value === null || Array.isArray(value)) break;
          const keys = Object.keys(value);
          if (keys.length === 0) break;
          const key = keys[choice % keys.length]!;
          path.push(key);
          value = (value as Record<string, unknown>)[key];
        }
        assert.deepEqual(valueAt(body, path)?.json(), value);
      },
    ),
    { numRuns: 300 },
  );
});
