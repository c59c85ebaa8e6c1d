import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { SqlDialect } from '../../../lib/model/rules.ts';
import { SqlFault } from '../../../lib/parse/sql/facts.ts';
import { sqlParser } from '../../../lib/parse/sql/load.ts';

const WORDS =
  'select from where users ( ) , ; \' " ` [ ] $$ $a$ -- /* */ # \\ 1 * . join on union with as delete case when end cast( interval E\' U&" \n limit = insert into values'.split(
    / /,
  );

/** Whether the text is read or refused with a reason; anything else is a failure of ours. */
async function isReadOrRefused(text: string, dialect: SqlDialect): Promise<boolean> {
  const parser = await sqlParser(dialect);
  try {
    return (await parser.read(text)).count > 0;
  } catch (error) {
    assert.ok(error instanceof SqlFault, String(error));
    return true;
  }
}

for (const dialect of ['postgres', 'mysql', 'mssql', 'sqlite', 'duckdb'] as const) {
  test(`any text is read or refused with a reason (${dialect})`, async () => {
    const texts = fc.oneof(
      fc.array(fc.constantFrom(...WORDS), { maxLength: 25 }).map((words) => words.join(' ')),
      fc.string({ unit: 'binary', maxLength: 200 }),
    );
    await fc.assert(
      fc.asyncProperty(texts, (text) => isReadOrRefused(text, dialect)),
      { numRuns: 150 },
    );
  });
}

const LARGE: readonly (readonly [name: string, text: string])[] = [
  ['parentheses', `select ${'('.repeat(30_000)}`],
  ['a long sum', `select ${'1+'.repeat(30_000)}1`],
  ['negations', `select ${'not '.repeat(16_000)}true`],
  ['cases', `select ${'case when 1 then '.repeat(40)}`],
  ['casts', `select ${'cast(('.repeat(40)}`],
  ['unions', `select 1${' union select 1'.repeat(4000)}`],
  ['quotes', `select ${"'".repeat(60_001)}`],
  ['comments', '/*'.repeat(30_000)],
  ['dollars', '$a$ $b$ '.repeat(8000)],
  ['backslashes', `select '${'\\'.repeat(60_000)}'`],
  ['semicolons', 'select 1;'.repeat(7000)],
  ['more than is read', 'x'.repeat(70_000)],
];

for (const dialect of ['postgres', 'mysql', 'mssql', 'snowflake'] as const) {
  test(`no text keeps the parser busy, and the next one is read right (${dialect})`, async () => {
    const parser = await sqlParser(dialect);
    for (const [name, text] of LARGE) {
      const began = performance.now();
      assert.ok(await isReadOrRefused(text, dialect), name);
      assert.ok(performance.now() - began < 20_000, name);
      const facts = await parser.read('SELECT a FROM customers');
      assert.deepEqual(facts.statements[0]?.reads, [['customers']], name);
    }
  });
}
