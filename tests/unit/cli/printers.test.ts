import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../../support/paths.ts';

/** Whoever writes to a terminal stands here, because each must make text from outside printable first. */
const PRINTERS = [
  'cli/output/diagnostics.ts',
  'cli/output/print.ts',
  'cli/audit/shipping.ts',
  'cli/stdio-session.ts',
  'cli/output/stdout.ts',
  'cli/top/screen.ts',
];
/** Programs of their own whose output is a pipe to the gateway, which looks at each line of it. */
const HEARD_BY_US = ['backends/detectors/onnx/classify.ts'];
const WRITES = /process\.(stdout|stderr)\.write|process\.stdout\b(?!\.)|console\.\w|writeSync\(\s*[12]\s*,/;

test('nothing but the few files that print writes to standard output or error', () => {
  const files = ['cli', 'lib', 'backends'].flatMap((place) =>
    readdirSync(join(ROOT, place), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => `${place}/${file}`),
  );
  const writing = files.filter((file) => WRITES.test(readFileSync(join(ROOT, file), 'utf8')));
  assert.deepEqual(writing.sort(), [...PRINTERS, ...HEARD_BY_US].sort());
});

test('what these files print comes from `printable` or is text of their own', () => {
  const argument = /process\.stderr\.write\(`(.*)`\)/g;
  for (const file of ['cli/output/diagnostics.ts', 'cli/stdio-session.ts']) {
    for (const [, text] of readFileSync(join(ROOT, file), 'utf8').matchAll(argument)) {
      assert.match(text!, /^\$\{line\}\\n$|\$\{printable\(/, `${file}: ${text}`);
    }
  }
});
