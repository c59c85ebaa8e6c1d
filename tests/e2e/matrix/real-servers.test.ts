import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { CLIENTS, type ClientKind } from '../../support/matrix/client.ts';
import { connect } from '../../support/matrix/connect.ts';
import { backendsFor, officialServers, type RealServer, visitAll } from '../../support/matrix/real-servers.ts';
import type { Target } from '../../support/matrix/target.ts';
import { CLI } from '../../support/paths.ts';
import { isolatedHome } from '../../support/program/gateway.ts';
import { serve } from '../../support/program/serve.ts';

/** One client after the other: starting the servers of all at once takes long on a small machine. */
async function visitFrom(servers: readonly RealServer[], target: (kind: ClientKind) => Target): Promise<void> {
  for (const kind of CLIENTS) {
    const client = await connect(kind, target(kind));
    const visits = await visitAll(client, servers).finally(() => client.close());
    for (const { server, tools, answered } of visits) {
      assert.ok(tools > 5, `${kind} sees ${tools} tools of ${server.name}`);
      assert.equal(answered, true, `${kind} calls ${server.name}`);
    }
  }
}

test('each client lists and calls the tools of the official servers behind one run', async (t) => {
  const home = temporaryFolder(t);
  const servers = officialServers(home);
  const config = join(home, 'servers.yaml');
  writeFileSync(config, `version: 1\nbackends:\n${backendsFor(servers)}`);
  const env = { ...isolatedHome(home), PATH: process.env.PATH! };
  const command = { command: process.execPath, args: [CLI, 'run', '--config', config], env };
  await visitFrom(servers, () => command);
});

test('each client lists and calls the tools of the official servers behind one serve', async (t) => {
  const home = temporaryFolder(t);
  const servers = officialServers(home);
  const gateway = await serve(t, { home, server: { legacy_sse: true }, backends: backendsFor(servers) });
  await visitFrom(servers, (kind) => (kind === 'raw-2024' ? { sse: gateway.at('/sse') } : { url: gateway.url }));
});
