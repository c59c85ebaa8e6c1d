import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { checkpointText, originOf, parseCheckpoint } from '../../../lib/audit/checkpoints/checkpoint.ts';
import {
  parseNote,
  parseVerifier,
  signedNote,
  signerOf,
  standing,
  verifierText,
} from '../../../lib/audit/checkpoints/note.ts';
import { freshKey } from '../../../lib/audit/checkpoints/signing-key.ts';
import { EMPTY_ROOT } from '../../../lib/audit/tree/hashes.ts';

/** The key of Go's checksum database, which all verifiers of notes can read. */
const PUBLISHED = 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8';
const signer = signerOf(createPrivateKey(freshKey()));
const other = signerOf(createPrivateKey(freshKey()));
const text = checkpointText({ origin: 'sallyport/h/1-1', size: 7, root: EMPTY_ROOT });
const note = signedNote(text, signer);

test('verifiers are read and written as others write them', () => {
  const published = parseVerifier(PUBLISHED);
  assert.equal(published?.name, 'sum.golang.org');
  assert.equal(verifierText(published!), PUBLISHED);
  const own = parseVerifier(verifierText(signer));
  assert.deepEqual([own?.name, own?.id], [signer.name, signer.id]);
  assert.match(verifierText(signer), /^sallyport\/[0-9a-f]{16}\+[0-9a-f]{8}\+A[A-Za-z0-9+/]{43}$/);
  for (const wrong of [
    '',
    'a+b+c',
    PUBLISHED.replace('033de0ae', '033de0af'),
    PUBLISHED.replace('sum', 'som'),
    'x+033de0ae+AAAA',
  ])
    assert.equal(parseVerifier(wrong), undefined, wrong);
  assert.throws(() => signerOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey), /not one for Ed25519/);
});

test('a note is believed when it is signed by somebody who is, as it stands', () => {
  const read = parseNote(note)!;
  assert.equal(read.text, text);
  assert.equal(standing(read, [signer]), 'signed');
  assert.equal(standing(read, [other]), 'unknown');
  assert.equal(standing(read, []), 'unknown');
  assert.equal(standing({ ...read, text: text.replace('7', '8') }, [signer]), 'false');
  assert.equal(standing({ ...read, signatures: [] }, [signer]), 'unknown');
});

test('signatures of others beside ours are borne, and a false one by a key that is believed spoils the note', () => {
  const second = signedNote(text, other).slice(text.length + 1);
  const both = parseNote(note + second)!;
  assert.equal(both.signatures.length, 2);
  assert.equal(standing(both, [signer]), 'signed');
  const lie = signedNote(text.replace('7', '8'), other).slice(text.length + 1);
  assert.equal(standing(parseNote(note + lie)!, [signer, other]), 'false');
  assert.equal(standing(parseNote(note + lie)!, [signer]), 'signed');
});

test('what is no checkpoint is not read as one', () => {
  const read = parseCheckpoint(note)!;
  assert.deepEqual([read.origin, read.size, read.root], ['sallyport/h/1-1', 7, EMPTY_ROOT]);
  const signed = (body: string) => signedNote(body, signer);
  const [origin, size, root] = text.split('\n') as [string, string, string];
  assert.equal(parseCheckpoint(signed(`${text}more to say\n`))?.size, 7, 'extensions are borne');
  for (const [why, wrong] of [
    ['nothing', ''],
    ['no signature', text],
    ['an unfinished signature', note.slice(0, -1)],
    ['a text without its empty line', note.replace('\n\n', '\n')],
    ['a size with a zero in front', signed(`${origin}\n07\n${root}\n`)],
    ['a size that is negative', signed(`${origin}\n-7\n${root}\n`)],
    ['a size no number can hold', signed(`${origin}\n${'9'.repeat(20)}\n${root}\n`)],
    ['a short hash', signed(`${origin}\n${size}\n${root.slice(4)}\n`)],
    ['a hash written otherwise', signed(`${origin}\n${size}\n${root}=\n`)],
    ['an origin that acts on a terminal', signed(`\u001b[2J${text}`)],
    ['a line that ends as on another system', signed(text.replace('\n', '\r\n'))],
    ['no origin', signed(`\n${size}\n${root}\n`)],
    ['an empty line in the middle', signed(`${text}\nmore\n`)],
    ['a signature that is none', `${text}\n\u2014 name AAAA\n`],
    ['a signature with a rest', note.replace(/\n$/, ' x\n')],
    ['signatures without end', note + note.slice(text.length + 1).repeat(40)],
  ] as const)
    assert.equal(parseCheckpoint(wrong), undefined, why);
});

test('the origin is the process that wrote, whatever the segment', () => {
  assert.equal(originOf('/x/audit-my-host.example-17-1000.jsonl'), 'sallyport/my-host.example/17-1000');
  assert.equal(originOf('/x/audit-my-host.example-17-1000.12.jsonl'), 'sallyport/my-host.example/17-1000');
  assert.equal(originOf('/x/copy.jsonl'), undefined);
});
