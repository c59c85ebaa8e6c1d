import assert from 'node:assert/strict';
import { test } from 'node:test';
import { corpusCases } from '../support/attacks/corpus.ts';
import { pathsScene } from '../support/policy/paths-scene.ts';

const cases = corpusCases('payload:path-traversal');

/** A sandbox of one folder in strict, as the payloads suppose it. */
const strict = pathsScene({
  profile: 'strict',
  policies: 'tools: { "files/*": { paths: { allow: ["/home/ana/project/**"] } } }',
});

test('no known payload of path traversal gets anywhere', { skip: cases.length === 0 && 'no corpus here' }, async () => {
  const passed: string[] = [];
  for (const { id, input } of cases) {
    const text = input.replaceAll('{FILE}', 'etc/passwd');
    // A text that is one plain name is the name of a file in the folder, whatever it might be decoded to.
    if (/^[\w=+-]+(?:\.\w+)?$/.test(text)) continue;
    if ((await strict.decide({ path: text })).effect === 'allow') passed.push(`${id} ${JSON.stringify(text)}`);
  }
  assert.deepEqual(passed, []);
});
