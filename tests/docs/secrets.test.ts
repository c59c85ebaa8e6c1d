import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findPersonal } from '../../lib/inspect/personal/find-personal.ts';
import { madeSecret } from '../support/attacks/made-secrets.ts';
import { readPage } from '../support/docs/pages.ts';
import { textOf } from '../support/mcp/peer.ts';
import { fixtureBackend, GatewayPeer } from '../support/program/gateway.ts';

const page = readPage('docs/secrets.md');
const [answer, finding] = [...page.matchAll(/\n```\n(.+)\n```\n/g)].map(([, text]) => text!);

test('the answer and the finding on the page about secrets are what its config makes', async (t) => {
  const [, section] = /\n(security:\n(?: .*\n)+)```/.exec(page)!;
  const token = madeSecret('github-pat');
  const result = { content: [{ type: 'text', text: answer!.replace('[secret:github-token]', token) }] };
  const files = fixtureBackend('files', ['--answer', `tools/call=${JSON.stringify(result)}`]);
  const gateway = new GatewayPeer(t, 'run', [], { config: `version: 1\nbackends:\n${files}${section}` });
  await gateway.initialize();
  assert.match(textOf(await gateway.call('echo', { text: token })), /SP3211/);
  const answered = await gateway.call('echo', { api_key: 'the-key-of-the-demo-0123456789' });
  assert.equal(textOf(answered), answer);
  await gateway.end();
  const notes = gateway.records.flatMap((record) => record.findings ?? []).map(({ note }) => note);
  assert.ok(notes.includes(finding), JSON.stringify(notes));
});

test('the codes the page names are those of secrets', () => {
  const named = new Set(page.match(/SP\d{4}/g));
  assert.deepEqual([...named].sort(), ['SP3021', 'SP3211', 'SP3212', 'SP3213', 'SP3214']);
  assert.ok(finding!.startsWith('secret:'));
});

test('of the addresses the page names, those it says pass do, and the other does not', () => {
  const section = page.slice(page.indexOf('## Personal data'), page.indexOf('## Placeholders'));
  const named = [...section.matchAll(/`([^`\s]+@[^`\s]+)`/g)].map(([, address]) => address!);
  const taken = named.filter((address) => findPersonal(`write to ${address}, please`).length > 0);
  assert.ok(named.length >= 8, named.join());
  assert.deepEqual(taken, ['ada@corp.io']);
});
