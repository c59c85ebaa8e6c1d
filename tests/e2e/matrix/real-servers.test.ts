import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { isolatedHome } from '../../support/gateway.ts';
import { CLIENTS } from '../../support/matrix/client.ts';
import { connect } from '../../support/matrix/connect.ts';
import { configOf, officialServers, visitAll } from '../../support/matrix/real-servers.ts';
import { CLI } from '../../support/paths.ts';

test('each client lists and calls the tools of the official servers behind one run', async (t) => {
  const home = temporaryFolder(t);
  const servers = officialServers(home);
  const config = join(home, 'servers.yaml');
  writeFileSync(config, configOf(servers));
  const env = { ...isolatedHome(home), PATH: process.env.PATH! };
  await Promise.all(
    CLIENTS.map(async (kind) => {
      const client = await connect(kind, { command: process.execPath, args: [CLI, 'run', '--config', config], env });
      const visits = await visitAll(client, servers).finally(() => client.close());
      for (const { server, tools, answered } of visits) {
        assert.ok(tools > 5, `${kind} sees ${tools} tools of ${server.name}`);
        assert.equal(answered, true, `${kind} calls ${server.name}`);
      }
    }),
  );
});
