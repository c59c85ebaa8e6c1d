import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { shellParser } from '../../../lib/parse/shell.ts';

const parser = await shellParser();
const CANARY = 'npm test; rm x';
const MS = 10_000;

/** Pieces shell text is made of, so that random texts get deep into the grammar. */
const PIECES = [
  'a',
  'rm',
  ' ',
  ' ',
  '\n',
  ';',
  '&&',
  '||',
  '|',
  '&',
  '(',
  ')',
  '{',
  '}',
  '{ ',
  '; }',
  '$(',
  '`',
  '"',
  "'",
  "$'",
  '\\',
  '$',
  '${',
  '$((',
  '))',
  '((',
  '[[',
  ' ]]',
  '<(',
  '>(',
  '<<E\n',
  '\nE\n',
  '<<<',
  '>',
  '<',
  '>>',
  '2>&1',
  '=',
  'x=',
  '[',
  ']',
  '*',
  '?',
  '!',
  '#',
  '~',
  ':-',
  '/',
  '%',
  '@P',
  'if ',
  'then ',
  'fi',
  'for i in ',
  'do ',
  'done',
  'while ',
  'case x in ',
  'esac',
  'function f ',
  'f() ',
  'eval ',
  "sh -c '",
  'env ',
  'xargs ',
  'find . -exec ',
  '\\;',
  '{a,b}',
  'coproc ',
  'time ',
  '-c',
  '\0',
  'é',
  '\u{1f600}',
];
const scripts = fc.array(fc.constantFrom(...PIECES), { maxLength: 120 }).map((pieces) => pieces.join(''));

function canaryIsRight(): void {
  const { commands, faults } = parser.parse(CANARY);
  assert.deepEqual(
    commands.map(({ words }) => words.map(({ text }) => text)),
    [
      ['npm', 'test'],
      ['rm', 'x'],
    ],
  );
  assert.deepEqual(faults, []);
}

test('no text throws or takes long, and the next text is read right', () => {
  fc.assert(
    fc.property(fc.oneof(scripts, fc.string({ maxLength: 400, unit: 'binary' })), (text) => {
      const before = performance.now();
      parser.parse(text);
      assert.ok(performance.now() - before < MS, 'too slow');
      canaryIsRight();
    }),
    { numRuns: 1500 },
  );
});

test('no piece repeated to the longest text takes long', () => {
  for (const piece of [
    ...PIECES,
    '$(a ',
    '`a ',
    '"$(',
    '${a:-',
    '$((1+',
    '{a,',
    'a=$(',
    '<(a ',
    'a|',
    'a&',
    "eval 'a",
    'a;',
    'sh -c a;',
    'X=$X$X;',
    '$X',
    '{a,b}{c,d}',
    'for a in b;do ',
    'env ',
    'timeout 1 ',
    "sh -c '\\'",
    'xargs ',
    'find -exec ',
    'x[',
    '[[ a == ',
    'echo a|sh|',
  ]) {
    for (const bytes of [1000, 16_000]) {
      const before = performance.now();
      parser.parse(piece.repeat(Math.ceil(bytes / piece.length)).slice(0, bytes));
      const took = performance.now() - before;
      assert.ok(took < MS, `${JSON.stringify(piece)} at ${bytes} took ${took} ms`);
    }
    canaryIsRight();
  }
});

test('a text over the cap is not read at all', () => {
  const { commands, faults } = parser.parse(`echo ${'a'.repeat(16 * 1024)}`);
  assert.deepEqual([commands, faults], [[], ['too long']]);
  assert.deepEqual(parser.parse(`echo ${'é'.repeat(9000)}`).faults, ['too long']);
  assert.deepEqual(parser.parseWords(['echo', 'a'.repeat(17_000)]).faults, ['too long']);
});

test('a text nested deeper than the cap is not read at all', () => {
  const nested = (depth: number) => `echo ${'$('.repeat(depth)}a${')'.repeat(depth)}`;
  assert.deepEqual(parser.parse(nested(100)).faults, []);
  assert.deepEqual(parser.parse(nested(201)).faults, ['nested too deep']);
});

test('what stands in quotes is one word, whatever it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ab $`"\\;|&(){}<>*?[]~#=!\n\t') }), (text) => {
      const { commands, faults } = parser.parse(`run '${text}' end`);
      assert.deepEqual(faults, []);
      assert.deepEqual(
        commands.map(({ words }) => words.map((word) => word.text)),
        [['run', text, 'end']],
      );
    }),
  );
});

test('words of an argument vector are taken as they are', () => {
  fc.assert(
    fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 6 }), (rest) => {
      const { commands } = parser.parseWords(['printf', ...rest.map((word) => `x${word}`)]);
      assert.deepEqual(
        commands.map(({ words }) => words.map(({ text }) => text)),
        [['printf', ...rest.map((word) => `x${word}`)]],
      );
    }),
  );
});
