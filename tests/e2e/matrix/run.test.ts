import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { SERVERS, SURFACES } from '../../fixtures/matrix/kinds.ts';
import { Notes } from '../../fixtures/matrix/notes.ts';
import { endWith, temporaryFolder } from '../../support/folder.ts';
import { runCells } from '../../support/matrix/cells.ts';
import { CLIENTS } from '../../support/matrix/client.ts';
import { backendsOf } from '../../support/matrix/config.ts';
import { connect } from '../../support/matrix/connect.ts';
import { startServers } from '../../support/matrix/servers.ts';
import { CLI } from '../../support/paths.ts';
import { isolatedHome, UNPINNED } from '../../support/program/gateway.ts';

test('each client does with each server behind one run all that the matrix promises', async (t) => {
  const home = temporaryFolder(t);
  const notes = new Notes(join(home, 'notes'));
  mkdirSync(notes.folder);
  const servers = await startServers(notes.folder);
  endWith(t, () => servers.close());
  const config = join(home, 'matrix.yaml');
  writeFileSync(config, `${UNPINNED}backends:\n${backendsOf(servers)}`);

  for (const kind of CLIENTS) {
    const env = { ...isolatedHome(home), PATH: process.env.PATH! };
    const client = await connect(kind, { command: process.execPath, args: [CLI, 'run', '--config', config], env });
    const scenes = SERVERS.map((server) => ({ client, server, surface: SURFACES[server], notes, direct: false }));
    const failures = await runCells(scenes).finally(() => client.close());
    assert.deepEqual(failures, [], kind);
  }
});
