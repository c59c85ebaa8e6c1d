import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { translations } from '../support/docs/pages.ts';
import { ROOT } from '../support/paths.ts';

const folder = join(ROOT, 'tests', 'policy');

test('every config on the page about other tools is the one its table tries, and each table is on the page', () => {
  const shown = translations();
  for (const { where, info, text } of shown) {
    const name = info.split(' ')[2]!;
    const { config } = parse(readFileSync(join(folder, `${name}.yaml`), 'utf8')) as { config: string };
    assert.equal(text.trim(), config.trim(), where);
  }
  const tables = readdirSync(folder).filter((file) => file.startsWith('from-'));
  assert.deepEqual(shown.map(({ info }) => `${info.split(' ')[2]}.yaml`).sort(), tables.sort());
});
