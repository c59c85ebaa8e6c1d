import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { pathsScene } from '../support/paths-scene.ts';

const CORPUS = process.env.SALLYPORT_ARGPOLICY ?? '/work/shared/corpus/argpolicy.jsonl';

interface Case {
  readonly id: string;
  readonly kind: string;
  readonly input: string;
  readonly expect: 'deny' | { readonly glob: string; readonly match: boolean };
}

const cases: Case[] = existsSync(CORPUS)
  ? readFileSync(CORPUS, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Case)
  : [];

/** A sandbox of one folder in strict, as the payloads suppose it. */
const strict = pathsScene({
  profile: 'strict',
  policies: 'tools: { "files/*": { paths: { allow: ["/home/ana/project/**"] } } }',
});

test('no known payload of path traversal gets anywhere', { skip: cases.length === 0 && 'no corpus here' }, async () => {
  const passed: string[] = [];
  for (const { id, kind, input } of cases) {
    if (kind !== 'payload:path-traversal') continue;
    const text = input.replaceAll('{FILE}', 'etc/passwd');
    // A text that is one plain name is the name of a file in the folder, whatever it might be decoded to.
    if (/^[\w=+-]+(?:\.\w+)?$/.test(text)) continue;
    if ((await strict.decide({ path: text })).effect === 'allow') passed.push(`${id} ${JSON.stringify(text)}`);
  }
  assert.deepEqual(passed, []);
});
