import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { hasActing } from '../../../lib/model/printable.ts';
import { CLI } from '../../support/paths.ts';
import { logOf } from '../../support/program/diagnostic-log.ts';
import { auditFiles, fixtureCommand, GatewayPeer, isolatedHome, UNPINNED } from '../../support/program/gateway.ts';

/** Clears the screen, hides what follows, turns the text around, fakes a line, and breaks terminals of 8 bits. */
const HOSTILE = 'x\u001b[2J\u001b[8m\u202eevil\u2066\r\nfake=1 \u009b31m\u200b\u{e0041}\u0007"`';

test('hostile names, texts and arguments are escaped wherever the gateway writes', async (t) => {
  const gateway = new GatewayPeer(t, 'wrap', fixtureCommand(), { config: UNPINNED });
  const clientInfo = { name: HOSTILE, version: HOSTILE, title: HOSTILE };
  await gateway.initialize({ clientInfo });
  const tools = [HOSTILE, 'fail', 'say', 'crash'].map((name) => ({
    name,
    description: HOSTILE,
    inputSchema: { type: 'object' },
  }));
  await gateway.call('set_tools', { tools });
  await gateway.ask('tools/list');
  await gateway.call(HOSTILE, { [HOSTILE]: HOSTILE });
  await gateway.call(`${HOSTILE} unknown`, { text: HOSTILE });
  await gateway.call('fail', { text: HOSTILE });
  await gateway.ask(`vendor/${HOSTILE}`, { text: HOSTILE });
  await gateway.ask('prompts/get', { name: HOSTILE });
  await gateway.ask('resources/read', { uri: `file:///${HOSTILE}` });
  gateway.notify(`notifications/${HOSTILE}`);
  gateway.send({ jsonrpc: '2.0', id: { [HOSTILE]: 1 }, method: HOSTILE });
  gateway.send(
    `{"jsonrpc":"2.0","id":1,"method":"x","${JSON.stringify(HOSTILE).slice(1, -1)}":1,"${JSON.stringify(HOSTILE).slice(1, -1)}":2}`,
  );
  const lines = [
    JSON.stringify({ jsonrpc: '2.0', method: `notifications/${HOSTILE}` }),
    JSON.stringify({ jsonrpc: '2.0', id: HOSTILE, method: HOSTILE }),
    JSON.stringify({ jsonrpc: '2.0', id: HOSTILE, result: {} }),
    `banner ${HOSTILE.replaceAll('\n', ' ')}`,
  ];
  await gateway.call('say', { lines });
  await gateway.call('crash');
  await gateway.end();
  const home = isolatedHome(gateway.home);
  const cli = (...args: string[]): string => {
    const { stdout, stderr, status } = spawnSync(process.execPath, [CLI, ...args], {
      env: { ...process.env, ...home },
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr + stdout);
    return stdout + stderr;
  };
  const written = {
    stderr: gateway.stderr,
    log: logOf(gateway),
    audit: auditFiles(gateway.auditDir)
      .map((file) => readFileSync(file, 'utf8'))
      .join(''),
    tail: cli('audit', 'tail', '-n', '100'),
    'tail --json': cli('audit', 'tail', '-n', '100', '--json'),
    query: cli('audit', 'query', '--kind', 'call'),
    'query --json': cli('audit', 'query', '--json'),
    verify: cli('audit', 'verify', gateway.auditDir),
  };
  for (const [where, text] of Object.entries(written)) {
    assert.deepEqual(text.split('\n').filter(hasActing), [], where);
    assert.doesNotMatch(text, /^fake=1/m, where);
  }
  assert.match(written.tail, /x\\u001b\[2J/, 'the hostile name is shown, escaped');
});

test('the error a server refuses its handshake with is escaped on standard error and in every log', async (t) => {
  const refusal = JSON.stringify({ jsonrpc: '2.0', id: 1, error: { code: -32000, message: HOSTILE } });
  const script = `read -r line; printf '%s\\n' "$0"; sleep 1000`;
  const gateway = new GatewayPeer(t, 'wrap', ['sh', '-c', script, refusal]);
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } };
  gateway.send({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
  assert.deepEqual(await gateway.exited, { code: 6, signal: null });
  const audit = auditFiles(gateway.auditDir)
    .map((file) => readFileSync(file, 'utf8'))
    .join('');
  for (const text of [gateway.stderr, logOf(gateway), audit]) {
    assert.match(text, /SP5008.*\\u001b\[2J/);
    assert.deepEqual(text.split('\n').filter(hasActing), []);
  }
});
