import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { ANSWERS, EVERYTHING, walkSurface, withoutVolatile } from '../../support/mcp/everything-surface.ts';
import type { Message } from '../../support/mcp/peer.ts';
import { GENERATIONS } from '../../support/mcp/sdk.ts';
import { CLI } from '../../support/paths.ts';
import { isolatedHome } from '../../support/program/gateway.ts';

/**
 * What the gateway changes on purpose (docs/fidelity.md): texts for what does not exist, and unknown methods,
 * are its own.
 */
const OURS = new Set(['call no-such-tool', 'prompt unknown', 'unknown method']);

for (const [generation, connect] of Object.entries(GENERATIONS)) {
  test(`an SDK ${generation} client sees the reference server through wrap and run as it does directly`, async (t) => {
    const home = temporaryFolder(t);
    const env = { ...isolatedHome(home), PATH: process.env.PATH! };
    const config = join(home, 'one.yaml');
    writeFileSync(
      config,
      `version: 1\nbackends:\n  - ${JSON.stringify({ name: 'everything', command: process.execPath, args: [EVERYTHING] })}\n`,
    );
    const [direct, wrapped, run] = await Promise.all([
      surface({ command: process.execPath, args: [EVERYTHING], env }),
      surface({ command: process.execPath, args: [CLI, 'wrap', '--', process.execPath, EVERYTHING], env }),
      surface({ command: process.execPath, args: [CLI, 'run', '--config', config], env }),
    ]);
    for (const [how, seen] of Object.entries({ wrapped, run })) {
      assert.deepEqual([...seen.keys()], [...direct.keys()]);
      for (const [label, value] of direct) {
        if (!OURS.has(label)) assert.deepEqual(seen.get(label), value, `${how}: ${label}`);
      }
    }
  });

  async function surface(options: {
    command: string;
    args: string[];
    env: Record<string, string>;
  }): Promise<Map<string, Message>> {
    const client = await connect({ ...options, answers: ANSWERS });
    try {
      return new Map((await walkSurface(client)).map(([label, value]) => [label, withoutVolatile(value)]));
    } finally {
      await client.close();
    }
  }
}
