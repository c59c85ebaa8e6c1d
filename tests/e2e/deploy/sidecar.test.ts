import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { example, overStdio, said, toolNames } from '../../support/docs/deployed.ts';
import { Reader } from '../../support/docs/reader.ts';

test('the sidecar gives one agent the project and a memory, without what its lists leave out', async (t) => {
  const reader = new Reader(t);
  reader.write('notes.txt', 'The gate has two doors.\n');
  for (const era of ['legacy', 'modern'] as const) {
    const client = await overStdio(t, reader, example('sidecar.yaml'), { era });
    const tools = await toolNames(client);
    assert.ok(tools.includes('files__write_file') && tools.includes('memory__read_graph'), tools.join(' '));
    assert.ok(!tools.includes('files__move_file') && !tools.some((name) => name.startsWith('memory__delete_')));
    const notes = join(reader.project, 'notes.txt');
    assert.match(await said(client, 'files__read_text_file', { path: notes }), /two doors/);
    const entities = [{ name: `Gate of the ${era}`, entityType: 'gate', observations: ['stands'] }];
    await said(client, 'memory__create_entities', { entities });
    assert.match(await said(client, 'memory__read_graph'), new RegExp(`Gate of the ${era}`));
    await assert.rejects(said(client, 'files__move_file', { source: notes, destination: `${notes}2` }), /Unknown tool/);
    await client.close();
  }
});
