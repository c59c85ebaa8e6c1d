import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { approvals } from '../../lib/config/schema/approvals.ts';
import { CODES } from '../../lib/model/codes.ts';
import { readPage } from '../support/docs/pages.ts';
import { ROOT } from '../support/paths.ts';
import { GatewayPeer } from '../support/program/gateway.ts';

const page = readPage('docs/approvals.md');
const [, config] = /\n```yaml\n([^`]+)```/.exec(page)!;
const [, form] = /\n```\n([^`]+)\n```/.exec(page)!;

/** The config of the page, around the server it names as it is installed here. */
function configHere(): string {
  const folder = join(ROOT, 'node_modules/@modelcontextprotocol/server-memory');
  const { version, bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const server = join(folder, Object.values(bin)[0] as string);
  return config!
    .replace('command: npx', `command: ${JSON.stringify(process.execPath)}`)
    .replace(`["-y", "@modelcontextprotocol/server-memory@${version}"]`, JSON.stringify([server]));
}

test('the form on the page about approvals is what its config makes, and its answers mean what it says', async (t) => {
  const gateway = new GatewayPeer(t, 'run', [], { config: configHere() });
  const clientInfo = { name: 'claude-code', version: '2.1' };
  await gateway.initialize({ capabilities: { elicitation: {} }, clientInfo });
  const entities = [{ name: 'Ada', entityType: 'person', observations: [] }];
  const call = gateway.call('create_entities', { entities });
  const { id, params } = await gateway.until(({ method }) => method === 'elicitation/create');
  assert.equal(params.message.replace(`(${gateway.home}/`, '('), form);
  gateway.send({ jsonrpc: '2.0', id, result: { action: 'accept', content: { decision: 'once' } } });
  assert.equal((await call).result.isError, undefined);
  const deleted = await gateway.call('delete_entities', { entityNames: ['Ada'] });
  assert.equal(
    deleted.result._meta['dev.sallyport/denial'].code,
    'SP6003',
    'not in the client, and nobody else is there',
  );
});

test('the page about approvals names every code a client may be told, and every setting', () => {
  const rows = [...page.matchAll(/^\| (SP\d{4}) /gm)].map(([, code]) => code);
  const told = Object.keys(CODES).filter((code) => code >= 'SP6001' && code <= 'SP6006');
  assert.deepEqual(rows, told);
  const settings = [...page.matchAll(/^\| `([a-z_]+)` +\|/gm)].map(([, key]) => key!);
  const keys = Object.keys(approvals.shape).filter((key) => key !== 'slack');
  assert.deepEqual(settings.sort(), keys.sort());
});
