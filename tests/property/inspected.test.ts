import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { piecesOf } from '../../lib/inspect/pieces.ts';
import { Payload } from '../../lib/wire/payload.ts';
import { Inspected } from '../support/policy/inspected.ts';
import { wordInspector } from '../support/policy/word-inspector.ts';

const MARK = '[removed by sallyport]';
const WORD = fc.constantFrom('EVIL', 'MAYBE', 'fine', 'é😀', '\\', '"', '\n', '\u2028', '/');
const TEXT = fc.array(WORD, { maxLength: 5 }).map((words) => words.join(' '));
const VALUE: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    TEXT,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    tie('list'),
    tie('object'),
  ),
  list: fc.array(tie('value'), { maxLength: 3 }),
  object: fc.dictionary(fc.constantFrom('a', 'b', 'content', 'text', 'data'), tie('value'), { maxKeys: 3 }),
})).value;

/** JSON as a server could write it: escaped more than it must be, with spaces. */
function written(value: unknown, escapes: boolean): string {
  const text = JSON.stringify(value, undefined, escapes ? ' ' : undefined).replaceAll('\n', ' ');
  return escapes ? text.replaceAll('é', '\\u00e9').replaceAll('/', '\\/') : text;
}

test('what is delivered is what was looked at, or the edited form of it', async () => {
  for (const action of ['flag', 'redact', 'block', 'log']) {
    const seen: string[][] = [];
    const inner = wordInspector();
    const inspector = {
      ...inner,
      pieces: (message: Payload) => {
        const found = inner.pieces(message);
        seen.push(found.list.map(({ text }) => text));
        return found;
      },
    };
    const inspected = await Inspected.with({ action }, { inspector });
    await fc.assert(
      fc.asyncProperty(VALUE, fc.boolean(), async (structuredContent, escapes) => {
        seen.length = 0;
        const body = written({ content: [], structuredContent }, escapes);
        const judged = await inspected.reply(body);
        if (judged.decision.effect !== 'allow') return;
        const texts = (message: Payload) => piecesOf(message).list.map(({ text }) => text);
        if (judged.decision.edits.length === 0) {
          assert.equal(judged.body.text(), Payload.of(body).text());
          assert.deepEqual(texts(judged.body), seen[0]);
          return;
        }
        // The mark stands beside the structure; in it only what was found is another.
        const delivered = texts(judged.body.member('structuredContent')!);
        const looked = seen[0]!.slice(2);
        const left = looked.map((text) => (action === 'redact' ? text.replaceAll(/EVIL|MAYBE/g, MARK) : text));
        assert.deepEqual(delivered, left);
        assert.equal(judged.shown.length, 1);
      }),
      { numRuns: 300 },
    );
  }
});
