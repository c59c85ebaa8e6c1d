import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hintFor, LastLines } from '../../backends/hint.ts';

function telling(...lines: readonly string[]): string | undefined {
  const last = new LastLines();
  for (const line of lines) last.add(line);
  return last.telling;
}

test('the telling line of a crash is its reason, not the stack or the advice after it', () => {
  assert.equal(
    telling('ReferenceError: foo is not defined', '    at error (file.js:1:1)', '', 'Node.js v20.20.2'),
    'ReferenceError: foo is not defined',
  );
  assert.equal(telling('docker: Cannot connect', "Run 'docker run --help'"), 'docker: Cannot connect');
  assert.equal(telling('ready', 'bye'), 'bye');
  assert.equal(telling(), undefined);
});

test('a hint names what was said and the variables that were not passed on, and is absent without either', () => {
  assert.equal(hintFor(undefined, []), undefined);
  assert.equal(hintFor('token missing', []), 'it said: token missing');
  assert.match(hintFor(undefined, ['GITHUB_TOKEN'])!, /^set here but not passed to it: GITHUB_TOKEN \(/);
  const many = Array.from({ length: 15 }, (_, index) => `V${index}`);
  assert.match(hintFor('x', many)!, /^it said: x; .*V11 and 3 more/);
});
