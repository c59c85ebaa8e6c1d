import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkServer } from '../../../lib/config/faults/server.ts';
import { readSource } from '../../../lib/config/files/source.ts';
import { validateSource } from '../../../lib/config/files/validate.ts';
import { serveConfig } from '../../support/program/serve.ts';

test('a public address in front of this machine is warned of while no key is configured', () => {
  const found = (server: Record<string, string>, keys?: { key: string; client_id: string }[]) => {
    const source = readSource('serve.yaml', serveConfig(keys === undefined ? { server } : { server, keys }), {});
    const { config } = validateSource(source);
    return checkServer([{ source, config: config! }], { serving: true }).map(({ code, severity }) => [code, severity]);
  };
  const outside = { public_url: 'https://mcp.acme.example/mcp' };
  assert.deepEqual(found(outside), [['SP2004', 'warning']]);
  assert.deepEqual(found(outside, [{ key: `sha256:${'0'.repeat(64)}`, client_id: 'c' }]), []);
  assert.deepEqual(found({ public_url: 'http://localhost:9020/mcp' }), []);
  assert.deepEqual(found({}), []);
});
