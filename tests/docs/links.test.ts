import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { ALL_PAGES, readPage } from '../support/docs/pages.ts';
import { ROOT } from '../support/paths.ts';

const FENCES = /^```[\s\S]*?^```$/gm;

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(page: string): string[] {
  const headings = readPage(page)
    .replace(FENCES, '')
    .matchAll(/^#{1,6} (.+)$/gm);
  return [...headings].map(([, text]) =>
    text!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

test('every link to the project itself leads to a file, and to a heading where it names one', () => {
  const broken: string[] = [];
  let links = 0;
  for (const page of ALL_PAGES) {
    const prose = readPage(page)
      .replace(FENCES, '')
      .replace(/`[^`\n]*`/g, '');
    for (const [, target] of prose.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target!)) continue;
      links++;
      const [path, anchor] = target!.split('#');
      const file = path === '' ? page : normalize(join(dirname(page), path!));
      const there = existsSync(join(ROOT, file)) && (anchor === undefined || anchorsOf(file).includes(anchor));
      if (!there) broken.push(`${page}: ${target}`);
    }
  }
  assert.ok(links > 20, `${links} links`);
  assert.deepEqual(broken, []);
});
