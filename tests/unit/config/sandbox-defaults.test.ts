import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configOf } from '../../support/config/config-texts.ts';

const IMAGE = `node@sha256:${'0'.repeat(64)}`;
const UNKNOWN = 'command: my-server';
const KNOWN = 'command: npx, args: [-y, "@modelcontextprotocol/server-memory@2026.8.31"]';

/** Backend and `sandbox` section, with the mode and the network that come of it. */
const CASES: readonly (readonly [note: string, backend: string, profile: string, mode: string, network: string])[] = [
  ['nothing is known of it', UNKNOWN, 'balanced', 'off', 'proxy'],
  ['nothing is known of it, strictly', UNKNOWN, 'strict', 'auto', 'none'],
  ['its preset says what it needs', KNOWN, 'balanced', 'auto', 'none'],
  ['somebody says what it may write', `${UNKNOWN}, sandbox: {write: ["."]}`, 'balanced', 'auto', 'proxy'],
  ['somebody chooses its network', `${UNKNOWN}, sandbox: {network: host}`, 'balanced', 'auto', 'host'],
  ['somebody limits it', `${UNKNOWN}, sandbox: {memory: 1GB}`, 'balanced', 'off', 'proxy'],
  ['it is switched off', `${KNOWN}, sandbox: {mode: off}`, 'strict', 'off', 'none'],
  ['it is a container already', 'command: docker, args: [run, -i, --rm, x]', 'strict', 'off', 'none'],
  ['it runs in a container', `${UNKNOWN}, sandbox: {driver: podman, image: "${IMAGE}"}`, 'balanced', 'auto', 'none'],
];

for (const [note, backend, profile, mode, network] of CASES) {
  test(`sandbox: ${note}: mode ${mode}, network ${network}`, () => {
    const text = `version: 1\nprofile: ${profile}\nbackends:\n  - {name: one, ${backend}}\n`;
    const { sandbox } = configOf({ config: text }).config.backends[0]!;
    assert.deepEqual([sandbox.mode, sandbox.network], [mode, network]);
  });
}
