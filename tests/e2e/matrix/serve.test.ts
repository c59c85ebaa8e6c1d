import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SERVERS, SURFACES } from '../../fixtures/matrix/kinds.ts';
import { Notes } from '../../fixtures/matrix/notes.ts';
import { endWith, temporaryFolder } from '../../support/folder.ts';
import { runCells } from '../../support/matrix/cells.ts';
import { CLIENTS } from '../../support/matrix/client.ts';
import { backendsOf } from '../../support/matrix/config.ts';
import { connect } from '../../support/matrix/connect.ts';
import { startServers } from '../../support/matrix/servers.ts';
import { serve } from '../../support/program/serve.ts';

test('each client does with each server behind one serve all that the matrix promises', async (t) => {
  const notes = new Notes(temporaryFolder(t));
  const servers = await startServers(notes.folder);
  endWith(t, () => servers.close());
  // The servers add tools while they run, which is what the column of changed lists is about.
  const more = 'security: { registry: { pin: off } }\n';
  const gateway = await serve(t, { server: { legacy_sse: true }, backends: backendsOf(servers), more });

  for (const kind of CLIENTS) {
    const client = await connect(kind, kind === 'raw-2024' ? { sse: gateway.at('/sse') } : { url: gateway.url });
    const scenes = SERVERS.map((server) => ({ client, server, surface: SURFACES[server], notes, direct: false }));
    const failures = await runCells(scenes).finally(() => client.close());
    assert.deepEqual(failures, [], kind);
  }
});
