import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SERVERS } from '../fixtures/matrix/kinds.ts';
import type { ClientKind } from '../support/matrix/client.ts';
import { FEATURES } from '../support/matrix/scenarios/index.ts';
import { cellOf } from '../support/matrix/table.ts';

test('both clients of 2025-11-25 see the same, so that the docs have one table for both', () => {
  const cells = (client: ClientKind) =>
    SERVERS.flatMap((server) =>
      FEATURES.map((feature) => {
        const { works, note } = cellOf(client, server, feature);
        return [server, feature, works, note];
      }),
    );
  assert.deepEqual(cells('sdk-v1'), cells('sdk-v2-legacy'));
});
