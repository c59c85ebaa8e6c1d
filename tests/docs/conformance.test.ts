import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { readPage } from '../support/docs/pages.ts';

const PAGE = join('docs', 'conformance.md');
/** How many scenarios the frozen sets score, 2025-11-25 first. */
const SCORED = { server: [30, 37], client: [18, 32] } as const;
const WAYS = 3;

/** The cells of every scenario of one side, name first. */
function rowsOf(side: 'server' | 'client'): string[][] {
  const [, server = '', client = ''] = readPage(PAGE).split(/^## /m);
  return [...(side === 'server' ? server : client).matchAll(/^\| ([a-z].*) \|$/gm)].map(([, line]) =>
    line!.split('|').map((cell) => cell.trim()),
  );
}

for (const side of ['server', 'client'] as const) {
  test(`the conformance page has every scored scenario of the ${side} side, and none fails without a reason`, () => {
    const rows = rowsOf(side);
    for (const [set, expected] of SCORED[side].entries()) {
      const cells = rows.map((row) => row.slice(1 + set * WAYS, 1 + (set + 1) * WAYS));
      const scored = cells.filter(([direct]) => direct !== '' && !direct!.endsWith('*'));
      assert.equal(scored.length, expected);
      for (const [direct, ...others] of scored) {
        assert.match(direct!, /^\d+$/);
        for (const other of others) assert.match(other, /^(\d+( \[\d+\])?|(never|sometimes) \[\d+\])$/);
      }
    }
    const notes = new Set(rows.flat().flatMap((cell) => /\[\d+\]/.exec(cell)?.[0] ?? []));
    for (const note of notes) assert.ok(readPage(PAGE).includes(`\n${note} `), note);
  });
}
