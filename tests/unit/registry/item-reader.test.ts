import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ItemReader } from '../../../lib/registry/item-reader.ts';

test('a server that describes its tools in other long words each time fills no memory', () => {
  const reader = new ItemReader();
  const filler = 'x'.repeat(1024 * 1024);
  for (let time = 0; time < 40; time++) reader.read('tool', JSON.stringify({ name: `t${time}`, description: filler }));
  assert.ok(reader.remembered <= 16, `${reader.remembered}`);
});
