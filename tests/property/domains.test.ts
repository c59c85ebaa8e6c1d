import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { domains } from '../../lib/checks/domains.ts';
import type { Effect } from '../../lib/model/decision.ts';
import { readHost } from '../../lib/parse/host.ts';
import { decoded, normalise } from '../../lib/parse/normalise.ts';
import { readBareHost, readUrl } from '../../lib/parse/url.ts';
import { SPELLINGS } from '../support/attacks/url-tricks.ts';
import { decided, policyOfRules, toolCall } from '../support/policy/judged.ts';

const STRICTNESS: Readonly<Record<Effect, number>> = { allow: 0, require_approval: 1, deny: 2 };
const HOSTS = ['a.example', 'b.a.example', 'c.example', '10.0.0.1', '8.8.8.8', 'localhost', 'a.nip.io'];
const ENTRIES = [...HOSTS, '*.example', '*.a.example', '*', 'a.*', '8.0.0.0/8', '/^b\\./', 'c.example:81'];

const entries = fc.subarray(ENTRIES, { maxLength: 3 });
const rule = fc.record(
  {
    allow: entries,
    deny: entries,
    require_approval: entries,
    block_private: fc.boolean(),
    ports: fc.subarray([80, 81, 443]),
    schemes: fc.constantFrom(['http'], ['https'], ['http', 'https']),
  },
  { requiredKeys: [] },
);
const urls = fc
  .tuple(fc.constantFrom('http', 'https'), fc.constantFrom(...HOSTS), fc.constantFrom('', ':81'))
  .map(([scheme, host, port]) => `${scheme}://${host}${port}/`);

async function effectOf(rules: readonly (readonly [string, object])[], url: string): Promise<number> {
  const tools = Object.fromEntries(rules.map(([selector, value]) => [selector, { domains: value }]));
  const { effect } = await decided(await policyOfRules([domains], { tools }), toolCall('open', { url }));
  return STRICTNESS[effect];
}

/** Selectors that all mean the call. */
const SELECTORS = ['*/*', 'web/*', 'web/open'];

test('a rule more never allows more', async () => {
  await fc.assert(
    fc.asyncProperty(rule, rule, urls, async (first, second, url) => {
      const alone = await effectOf([['web/*', first]], url);
      assert.ok(
        (await effectOf(
          [
            ['web/*', first],
            ['web/open', second],
          ],
          url,
        )) >= alone,
      );
    }),
    { numRuns: 60 },
  );
});

test('an entry more to deny or to ask for, or one fewer to allow, never allows more', async () => {
  await fc.assert(
    fc.asyncProperty(rule, fc.constantFrom(...ENTRIES), urls, async (one, entry, url) => {
      const before = await effectOf([['web/*', one]], url);
      const denying = { ...one, deny: [...(one.deny ?? []), entry] };
      assert.ok((await effectOf([['web/*', denying]], url)) >= before);
      const narrower = { ...one, allow: (one.allow ?? []).slice(1) };
      assert.ok((await effectOf([['web/*', narrower]], url)) >= before);
    }),
    { numRuns: 60 },
  );
});

test('the order of rules and of entries never matters', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(rule, { minLength: 2, maxLength: 3 }), urls, async (rules, url) => {
      const named = rules.map((value, index) => [SELECTORS[index]!, value] as const);
      const turned = named
        .toReversed()
        .map(
          ([selector, value]) =>
            [
              selector,
              Object.fromEntries(
                Object.entries(value).map(([key, list]) => [key, Array.isArray(list) ? list.toReversed() : list]),
              ),
            ] as const,
        );
      assert.equal(await effectOf(named, url), await effectOf(turned, url));
    }),
    { numRuns: 60 },
  );
});

/** Texts near those that have tricked parsers. */
const tricky = fc
  .tuple(
    fc.constantFrom(...SPELLINGS.map(([text]) => text)),
    fc.nat(60),
    fc.oneof(
      fc.constantFrom('@', '\\', '#', '?', ':', '.', '%2e', '[', ']', '\t', '\n', ' ', '\u3002', '//', '0', 'x'),
      fc.string({ unit: 'grapheme' }),
    ),
  )
  .map(([text, at, more]) => text.slice(0, at) + more + text.slice(at));

test('what is read without a doubt is read alike by the URL standard, and reading it again changes nothing', () => {
  fc.assert(
    fc.property(
      fc.oneof(tricky, fc.webUrl({ validSchemes: ['http', 'https', 'ftp'] }), fc.string({ unit: 'binary' })),
      (text) => {
        const facts = readUrl(text);
        readBareHost(text);
        if (facts?.host === undefined || facts.doubt !== undefined) return;
        const { host } = facts.host;
        const again = readHost(host.includes(':') ? `[${host}]` : host);
        assert.ok(typeof again !== 'string');
        assert.equal(again.host, host);
        if (!['http', 'https', 'ws', 'wss', 'ftp'].includes(facts.scheme!)) return;
        const standard = readHost(new URL(text).hostname);
        assert.ok(typeof standard !== 'string');
        assert.equal(standard.host, host);
      },
    ),
    { numRuns: 3000 },
  );
});

test('every character, once normalised, stays as it is', () => {
  const changed: string[] = [];
  for (let code = 0; code <= 0x10ffff; code++) {
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const once = normalise(String.fromCodePoint(code));
    if (normalise(once) !== once) changed.push(code.toString(16));
  }
  assert.deepEqual(changed, []);
  assert.equal(normalise('STRAẞE'), 'strasse');
});

test('a text that is normalised stays as it is, and holds nothing invisible', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const once = normalise(text);
      assert.equal(normalise(once), once);
      assert.doesNotMatch(once, /[\u200b\u00ad\u2060\n]| {2}/);
      decoded(text);
    }),
    { numRuns: 2000 },
  );
});

test('long texts are read in a time that grows as they do', () => {
  const pieces = [
    'http://',
    ' ',
    '\n',
    'a.',
    ':',
    '%41',
    '\\u0041',
    '&#65;',
    '@',
    '[',
    '-1',
    '1.',
    '\ufdfa',
    ' http://a',
    '\u200b',
    'xn--',
    '((',
    '\\',
  ];
  const begun = performance.now();
  for (const piece of pieces) {
    const text = piece.repeat(Math.ceil(1_000_000 / piece.length));
    readUrl(text);
    readUrl(`http://${text.slice(0, 8000)}`);
    readUrl(`http://a.example/${text.slice(0, 8000)}`);
    readBareHost(text.slice(0, 8000));
    normalise(text);
    decoded(text);
  }
  assert.ok(performance.now() - begun < 20_000, `${performance.now() - begun} ms`);
});
