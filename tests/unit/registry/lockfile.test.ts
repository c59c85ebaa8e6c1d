import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Lockfile } from '../../../lib/model/registry.ts';
import { formatLockfile } from '../../../lib/registry/format.ts';
import { NO_PINS, parseLockfile, pinsOf } from '../../../lib/registry/lockfile.ts';
import { LockfileFault } from '../../../lib/registry/lockfile-fault.ts';
import { sealed } from '../../../lib/registry/seal.ts';
import { approved, newKey, offered, section, tool } from '../../support/registry/offered-items.ts';

const FILE = 'sallyport.lock.json';

const SOUND: Lockfile = {
  version: 1,
  backends: {
    files: sealed(
      'files',
      section([
        { ...approved(tool('read')), effect: { kind: 'read', flags: ['private'] } },
        tool('write'),
        offered('instructions', 'Use it with care.'),
      ]),
      newKey(),
    ),
    web: section([], { launch: { fingerprint: 'f2' }, server: { era: 'modern', result: {} } }),
  },
};
const TEXT = formatLockfile(SOUND);

/** Where a fault is said to be, and why, when the lockfile is `text`. */
function faultOf(text: string): string {
  try {
    parseLockfile(text, FILE);
  } catch (error) {
    if (error instanceof LockfileFault) return `${error.code} ${error.where.slice(FILE.length + 1)} ${error.reason}`;
    throw error;
  }
  return 'none';
}

/** The line `found` first stands on, counted from 1. */
function lineOf(text: string, found: string): number {
  return text.slice(0, text.indexOf(found)).split('\n').length;
}

test('a lockfile is read as it was written, and written the same again', () => {
  assert.deepEqual(parseLockfile(TEXT, FILE), SOUND);
  assert.equal(formatLockfile(parseLockfile(TEXT, FILE)), TEXT);
  assert.deepEqual(parseLockfile(formatLockfile(NO_PINS), FILE), NO_PINS);
  assert.ok(TEXT.endsWith('}\n'));
});

test('what is written does not depend on the order in which it was found', () => {
  const files = pinsOf(SOUND, 'files')!;
  const backends = { web: SOUND.backends['web']!, files: { ...files, items: [...files.items].reverse() } };
  assert.equal(formatLockfile({ version: 1, backends }), TEXT);
});

test('one member stands on one line, and what people decided above the definition', () => {
  const block = formatLockfile({ version: 1, backends: { a: section([approved(tool('read', { title: 'Read' }))]) } });
  assert.equal(
    block.slice(block.indexOf('        {\n          "kind"')),
    `        {
          "kind": "tool",
          "id": "read",
          "approved": {
            "at": "2026-01-02T03:04:05Z",
            "by": "anna"
          },
          "hash": "${tool('read', { title: 'Read' }).hash}",
          "definition": {
            "description": "Does read.",
            "inputSchema": {
              "type": "object"
            },
            "name": "read",
            "title": "Read"
          }
        }
      ]
    }
  }
}
`,
  );
});

test('characters nobody sees are written as escapes, and numbers keep their digits', () => {
  const odd = offered(
    'tool',
    '{"name":"odd","description":"a\u200bb\u202ec\\udb40\\udc41","inputSchema":{"maximum":18446744073709551615}}',
  );
  const text = formatLockfile({ version: 1, backends: { a: section([odd]) } });
  assert.ok(text.includes('"a\\u200bb\\u202ec\\udb40\\udc41"'));
  assert.ok(text.includes('"maximum": 18446744073709551615'));
  assert.deepEqual(pinsOf(parseLockfile(text, FILE), 'a')?.items, [odd]);
});

test('names that are members of every object are names like any other', () => {
  const file: Lockfile = { version: 1, backends: { ['__proto__']: section([]), constructor: section([]) } };
  assert.deepEqual(Object.keys(parseLockfile(formatLockfile(file), FILE).backends), ['__proto__', 'constructor']);
  assert.equal(pinsOf(NO_PINS, 'constructor'), undefined);
  assert.equal(pinsOf(NO_PINS, '__proto__'), undefined);
});

test('every way a lockfile can be wrong is said with its line and its reason', () => {
  const read = tool('read').hash;
  const swapped = TEXT.replace(
    /( {8}\{\n {10}"kind": "tool",\n {10}"id": "read",[\s\S]*?\n {8}\},\n)( {8}\{\n[\s\S]*?\n {8}\},\n)/,
    '$2$1',
  );
  const twice = TEXT.replace(/( {8}\{\n {10}"kind": "tool",\n {10}"id": "read",[\s\S]*?\n {8}\},\n)/, '$1$1');
  const hashLine = lineOf(TEXT, `"hash": "${read}"`);
  const cases: readonly (readonly [string, string])[] = [
    ['', 'SP4002 1:1 the text ends too early'],
    ['pins: []\n', 'SP4002 1:1 not JSON'],
    [
      TEXT.slice(0, -20),
      `SP4002 ${TEXT.slice(0, -20).split('\n').length}:${TEXT.slice(0, -20).split('\n').at(-1)!.length + 1} the text ends too early`,
    ],
    [`${TEXT}{}`, `SP4002 ${TEXT.split('\n').length}:1 something follows the value`],
    [
      TEXT.replace('      "items": [', '<<<<<<< HEAD\n      "items": ['),
      `SP4003 ${lineOf(TEXT, '      "items": [')}:1 the marks of a merge conflict stand in it`,
    ],
    [
      TEXT.replace('"by": "anna"', '"by": "anna",\n            "by": "eve"'),
      `SP4004 ${lineOf(TEXT, '"by": "anna"') + 1}:13 the key "by" stands twice`,
    ],
    [
      TEXT.replace('"by": "anna"', '"by": "anna",\n            "why": "x"'),
      `SP4005 ${lineOf(TEXT, '"by": "anna"') + 1}:13 unknown key "why" in approved`,
    ],
    [
      TEXT.replace('"version": 1,', '"version": 1,\n  "extends": "x",'),
      'SP4005 3:3 unknown key "extends" in the lockfile',
    ],
    [
      TEXT.replace('"kind": "tool"', '"kind": "toool"'),
      `SP4005 ${lineOf(TEXT, '"kind": "tool"')}:19 kind is not one of tool, prompt, resource, template, instructions`,
    ],
    [TEXT.replace('"version": 1', '"version": 2'), 'SP4006 2:14 its version is not 1'],
    [TEXT.replace('"version": 1', '"version": "1"'), 'SP4006 2:14 its version is not 1'],
    ['{"backends": {}}', 'SP4005 1:1 the lockfile has no `version`'],
    ['[]', 'SP4005 1:1 the lockfile is no object'],
    [TEXT.replace('Does read.', 'Does rm.'), `SP4007 ${hashLine}:19 the hash of "read" is not that of its definition`],
    [TEXT.replace(read, tool('write').hash), `SP4007 ${hashLine}:19 the hash of "read" is not that of its definition`],
    [
      TEXT.replace('"name": "read"', '"name": "raed"'),
      `SP4007 ${hashLine}:19 the hash of "read" is not that of its definition`,
    ],
    [TEXT.replace(read, 'sha256:00'), `SP4005 ${hashLine}:19 hash is not in its form`],
    [
      twice,
      `SP4008 ${lineOf(twice.slice(twice.indexOf('"id": "read"') + 5), '"id": "read"') + lineOf(TEXT, '"id": "read"') - 3}:9 an item stands twice`,
    ],
    [swapped, `SP4009 ${lineOf(swapped, '"id": "read"') - 2}:9 the item "write" stands before one that comes after it`],
    [
      TEXT.replace('"web"', '"aweb"'),
      `SP4009 ${lineOf(TEXT, '"web"')}:5 the backend "files" stands before one that comes after it`,
    ],
    [TEXT.replace('2026-01-02T03:04:05Z', 'yesterday'), `SP4005 ${lineOf(TEXT, '"at": ')}:19 at is not in its form`],
    [
      TEXT.replace('"private"', '"privat"'),
      `SP4005 ${lineOf(TEXT, '"private"')}:${TEXT.split('\n')[lineOf(TEXT, '"private"') - 1]!.indexOf('"private"') + 1} a flag is not one of external, untrusted, private`,
    ],
    [
      TEXT.replace('"era": "modern"', '"era": "next"'),
      `SP4005 ${lineOf(TEXT, '"era": "modern"')}:16 era is not one of legacy, modern`,
    ],
  ];
  for (const [text, said] of cases) assert.equal(faultOf(text), said);
});

test('an item must be called in its place what its own definition calls it', () => {
  const renamed = TEXT.replace('"id": "read"', '"id": "raed"');
  assert.match(faultOf(renamed), /^SP4007 \d+:\d+ "raed" is not what its definition is called$/);
});
