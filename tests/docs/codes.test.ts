import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CODES } from '../../lib/model/codes.ts';
import { ROOT } from '../support/paths.ts';

const TABLE = join('lib', 'model', 'codes.ts');

/** Every code written in these places, with one file that has it. */
function codesIn(places: readonly string[], endings: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const file of places.flatMap((place) => filesUnder(place))) {
    if (file === TABLE || !endings.some((ending) => file.endsWith(ending))) continue;
    for (const [code] of readFileSync(join(ROOT, file), 'utf8').matchAll(/SP\d{4}/g)) found.set(code, file);
  }
  return found;
}

function filesUnder(place: string): string[] {
  if (place.endsWith('.md')) return [place];
  return readdirSync(join(ROOT, place), { recursive: true, encoding: 'utf8' }).map((file) => join(place, file));
}

test('every code of the table is used by the program', () => {
  const used = codesIn(['lib', 'cli', 'backends'], ['.ts']);
  assert.ok(used.size > 50, `${used.size} codes found`);
  assert.deepEqual(
    Object.keys(CODES).filter((code) => !used.has(code)),
    [],
  );
});

test('every code that is written anywhere stands in the table', () => {
  const written = codesIn(['lib', 'cli', 'backends', 'docs', 'README.md'], ['.ts', '.md']);
  assert.deepEqual(
    [...written].filter(([code]) => !(code in CODES)),
    [],
  );
});
