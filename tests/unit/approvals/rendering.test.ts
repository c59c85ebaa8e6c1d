import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rendered } from '../../../lib/approvals/rendering.ts';
import { hasActing } from '../../../lib/model/printable.ts';
import { Payload } from '../../../lib/wire/payload.ts';

const NO_MASK = (text: string) => text;

function linesOf(args: string, mask: (text: string, name?: string) => string = NO_MASK) {
  return rendered('tools/call', Payload.of(`{"name":"t","arguments":${args},"_meta":{"progressToken":1}}`), mask);
}

test('every argument is a line with its value as JSON, and numbers as they were sent', () => {
  const { lines, isWhole } = linesOf('{"a":"x","n":1.0,"o":{"b":[true,null]}}');
  assert.deepEqual(lines, ['a: "x"', 'n: 1.0', 'o: {"b": [true, null]}']);
  assert.equal(isWhole, true);
});

test('nothing breaks a line, acts or hides', () => {
  const nasty = 'a\nRule: none\r\u001b[2J\u202etxt.exe\u200b\u00a0\u2028\u{e0041}\u2800';
  const { lines } = linesOf(JSON.stringify({ [nasty]: nasty, b: [nasty] }));
  assert.equal(lines.length, 2);
  for (const line of lines) {
    assert.equal(hasActing(line), false, line);
    assert.match(line, /^[\x20-\x7e]+$/);
  }
});

test('a long value is shown by its head, its tail, its length and a digest, and is not whole', () => {
  const { lines, isWhole } = linesOf(JSON.stringify({ body: `${'x'.repeat(1000)}end` }));
  assert.equal(isWhole, false);
  assert.match(lines[0]!, /^body: "x{199} … x+end" \(1005 characters, sha256 [0-9a-f]{16}\)$/);
  const other = linesOf(JSON.stringify({ body: `${'x'.repeat(500)}y${'x'.repeat(499)}end` }));
  assert.notEqual(other.lines[0], lines[0], 'what differs in the middle differs in its digest');
});

test('many arguments, a long name and a giant message are not whole', () => {
  const many = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`k${index}`, index]));
  assert.equal(linesOf(JSON.stringify(many)).isWhole, false);
  assert.equal(linesOf(JSON.stringify({ ['k'.repeat(200)]: 1 })).isWhole, false);
  const giant = linesOf(JSON.stringify({ a: 'x'.repeat(2_000_000) }));
  assert.equal(giant.isWhole, false);
  assert.ok(giant.lines.join('').length < 1000);
});

test('secrets are masked before anything is cut', () => {
  const secret = 'TOKEN-0123456789';
  const mask = (text: string, name?: string) =>
    name === 'password' ? '[masked]' : text.replaceAll(secret, '[masked]');
  const { lines } = linesOf(
    JSON.stringify({ a: `${'x'.repeat(192)}${secret}${'y'.repeat(900)}`, password: 'hunter2', [secret]: [secret] }),
    mask,
  );
  const text = lines.join('\n');
  for (const part of ['TOKEN', 'hunter2', '0123']) assert.equal(text.includes(part), false, part);
});

test('of other requests everything that is asked is shown, but for what carries it', () => {
  const params = Payload.of('{"uri":"file:///a","_meta":{},"requestState":"s","inputResponses":{"k":1}}');
  assert.deepEqual(rendered('resources/read', params, NO_MASK).lines, ['uri: "file:///a"', 'inputResponses: {"k": 1}']);
  assert.deepEqual(rendered('tools/call', undefined, NO_MASK), { lines: [], isWhole: true });
});

test('what is sent beside the arguments of a tool is told from them, whatever they are called', () => {
  const params = Payload.of('{"name":"t","path":"/tmp/a","arguments":{"path":"/etc","beside the arguments, path":1}}');
  assert.deepEqual(rendered('tools/call', params, NO_MASK).lines, [
    'beside the arguments, path: "/tmp/a"',
    'path: "/etc"',
    '"beside the arguments, path": 1',
  ]);
});

test('a name that looks like a name with a value is in quotes', () => {
  const { lines } = linesOf(JSON.stringify({ 'dry_run: true, path': '/', 'a.b-c_d$1': 1, '': 2 }));
  assert.deepEqual(lines, ['"dry_run: true, path": "/"', 'a.b-c_d$1: 1', '"": 2']);
});

test('what looks like something else is shown by its escape, and other writing stays as it is', () => {
  const { lines } = linesOf(
    JSON.stringify({ path: '/home/\u0430dmin\uff0f\u2215\uff45tc', '\u0440ath': 1, wide: '\u{1d41a}\uff41a' }),
  );
  assert.deepEqual(lines, [
    'path: "/home/\\u0430dmin\\uff0f\\u2215\\uff45tc"',
    '"\\u0440ath": 1',
    'wide: "\\ud835\\udc1a\\uff41a"',
  ]);
  const written = ['файл.txt', 'Grüße, café', 'αβγ = 5 µm', '日本語README！', 'déjà vu…', '안녕하세요'];
  assert.deepEqual(linesOf(JSON.stringify({ written })).lines, [
    `written: [${written.map((text) => JSON.stringify(text)).join(', ')}]`,
  ]);
});
