import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLIENTS } from '../../lib/clients/places.ts';
import { examples, readPage } from '../support/docs/pages.ts';
import { Reader } from '../support/docs/reader.ts';

/** The blocks of a page that have no language: what a command prints. */
function printed(page: string): string[] {
  return examples('').flatMap(({ where, text }) => (where.startsWith(`${page}:`) ? [text.trimEnd()] : []));
}

test('what the page of `scan` shows is what is printed', async (t) => {
  const page = readPage('docs/scan.md');
  const [, line] = /`(sallyport scan --no-start -- [^`]*)`/.exec(page)!;
  const { code, stdout } = await new Reader(t).type(line!);
  assert.equal(code, 3);
  assert.deepEqual(printed('docs/scan.md'), [stdout]);
});

test('the page of `scan` names every client', () => {
  const page = readPage('docs/scan.md');
  for (const client of CLIENTS) assert.ok(page.includes(`\`${client}\``), client);
});

test('what the page of `attack` shows is what is printed of the config above it', async (t) => {
  const reader = new Reader(t);
  const [, config] = /^```yaml\n(.*?)^```$/ms.exec(readPage('docs/attack.md'))!;
  const file = reader.write('shop.yaml', config!);
  const { code, stdout, stderr } = await reader.type(`sallyport attack --config ${file} --category credential-files`);
  assert.equal(code, 0, stderr);
  assert.deepEqual(printed('docs/attack.md'), [stdout]);
});
