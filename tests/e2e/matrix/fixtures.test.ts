import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type ServerKind, SURFACES } from '../../fixtures/matrix/kinds.ts';
import { Notes } from '../../fixtures/matrix/notes.ts';
import { endWith, temporaryFolder } from '../../support/folder.ts';
import { runCells } from '../../support/matrix/cells.ts';
import type { ClientKind } from '../../support/matrix/client.ts';
import { connect } from '../../support/matrix/connect.ts';
import { type Servers, startServers } from '../../support/matrix/servers.ts';

/** Every client and every server at least once, as far as they can speak to each other with nothing in between. */
const PAIRS: Readonly<Record<ClientKind, readonly ServerKind[]>> = {
  'sdk-v1': ['sdk-v1', 'http-legacy', 'sse'],
  'sdk-v2-legacy': ['sdk-v2-legacy', 'http-legacy'],
  'sdk-v2-modern': ['sdk-v2-modern', 'http-modern'],
  'raw-2024': ['raw-2024', 'sdk-v1', 'sse'],
};

async function cellsBetween(kind: ClientKind, server: ServerKind, servers: Servers, notes: Notes): Promise<string[]> {
  const client = await connect(kind, servers.target[server]);
  const scene = { client, server, surface: SURFACES[server], notes, direct: true };
  return runCells([scene]).finally(() => client.close());
}

test('clients and servers of the matrix that speak the same era do all that the matrix asks of them', async (t: TestContext) => {
  const notes = new Notes(temporaryFolder(t));
  const servers = await startServers(notes.folder);
  endWith(t, () => servers.close());
  const pairs = Object.entries(PAIRS) as [ClientKind, readonly ServerKind[]][];
  const failures = pairs.flatMap(([kind, kinds]) => kinds.map((server) => cellsBetween(kind, server, servers, notes)));
  assert.deepEqual((await Promise.all(failures)).flat(), []);
});
