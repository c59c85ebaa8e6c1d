import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { checkpointText, parseCheckpoint } from '../../lib/audit/checkpoints/checkpoint.ts';
import { parseCheckpoints } from '../../lib/audit/checkpoints/checkpoint-file.ts';
import { parseVerifier, signedNote, signerOf, standing } from '../../lib/audit/checkpoints/note.ts';
import { freshKey } from '../../lib/audit/checkpoints/signing-key.ts';
import { holds, parseProof, proofText } from '../../lib/audit/proof.ts';
import { readHead } from '../../lib/audit/record-head.ts';
import { CompactRange } from '../../lib/audit/tree/compact-range.ts';
import { leafHash } from '../../lib/audit/tree/hashes.ts';
import { Leaves } from '../../lib/audit/tree/leaves.ts';

const signer = signerOf(createPrivateKey(freshKey()));
const records = Array.from({ length: 21 }, (_, i) => Buffer.from(`{"seq":${i + 1}}`));
const tree = new CompactRange();
const leaves = new Leaves();
const notes: string[] = [];
for (const record of records) {
  tree.append(leafHash(record));
  leaves.append(leafHash(record));
  notes.push(signedNote(checkpointText({ origin: 'sallyport/h/1-1', size: tree.size, root: tree.root() }), signer));
}
const proof = proofText({
  record: records[8]!,
  index: 8,
  path: leaves.inclusion(8, 21),
  checkpoint: parseCheckpoint(notes[20]!)!,
});

/** A text with some of its characters replaced, dropped or doubled. */
const altered = (text: string) =>
  fc
    .array(fc.tuple(fc.nat(text.length - 1), fc.constantFrom('', '\n', ' ', 'A', '0', '\u2014', '==', '\u0000')), {
      minLength: 1,
      maxLength: 3,
    })
    .map((edits) => edits.reduce((now, [at, put]) => now.slice(0, at) + put + now.slice(at + 1), text));

test('whatever is done to a file of checkpoints, nothing in it is believed that was not signed', () => {
  const file = notes.slice(3, 6).join('');
  fc.assert(
    fc.property(fc.oneof(altered(file), fc.string()), (text) => {
      for (const { note, raw } of parseCheckpoints('x', text).checkpoints) {
        if (standing(note, [signer]) === 'signed') assert.ok(notes.includes(raw), raw);
      }
    }),
    { numRuns: 2000 },
  );
});

test('whatever is done to a proof, it proves the record it was made for or none', () => {
  fc.assert(
    fc.property(fc.oneof(altered(proof), fc.string()), (text) => {
      const read = parseProof(text);
      if (read === undefined || standing(read.checkpoint.note, [signer]) !== 'signed' || !holds(read)) return;
      assert.deepEqual([read.record.toString(), read.index], [records[8]!.toString(), 8]);
    }),
    { numRuns: 2000 },
  );
  assert.ok(holds(parseProof(proof)!));
});

test('no text of a verifier is read as another', () => {
  fc.assert(fc.property(fc.string(), (text) => assert.equal(parseVerifier(text), undefined)));
});

/** Whether any object has a key twice, as somebody would find out who reads the text member by member. */
const doubled = fc.oneof(
  fc.constant('{"a":1,"a":2}'),
  fc.constant('{"a":1,"\\u0061":2}'),
  fc.constant('{"":1,"":2}'),
  fc.constant('{"__proto__":1,"__proto__":2}'),
  fc.constant('[[{"x":{"b":":","b":"\\":"}}]]'),
);

test('an object is read however it is nested, unless somewhere in it a key stands twice', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.oneof(doubled, fc.constant(undefined)), (value, twice) => {
      const text = `{"seq":7,"deep":${JSON.stringify(value)}${twice === undefined ? '' : `,"twice":${twice}`}}`;
      const bytes = Buffer.from(`x${text}`);
      assert.equal(readHead(bytes, 1, bytes.length)?.seq, twice === undefined ? 7 : undefined, text);
    }),
    { numRuns: 1000 },
  );
});
