import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { verifierOf } from '../../../lib/audit/checkpoints/note.ts';
import { ownSigner } from '../../../lib/audit/checkpoints/signing-key.ts';
import { checkpointFiles, type Finding, verified } from '../../support/audit/signed-log.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { auditFiles } from '../../support/program/gateway.ts';

const CHILD = fileURLToPath(new URL('../../support/audit/crashing-log.js', import.meta.url));
const SIDE_BY_SIDE = 4;
const UNHURRIED = { timeout: 600_000 };
const RECORDS = 11;

interface Crashed {
  readonly home: string;
  /** The last record that was said to be written. */
  readonly acknowledged: number;
  readonly ended: boolean;
}

async function crashed(home: string, step: number, how: string): Promise<Crashed> {
  const child = spawn(process.execPath, [CHILD, home, String(step), how], { stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  await new Promise((resolve) => child.once('close', resolve));
  const lines = out.split('\n').filter((line) => line !== '');
  const acknowledged = Number(lines.filter((line) => line !== 'ended').at(-1) ?? 0);
  return { home, acknowledged, ended: lines.at(-1) === 'ended' };
}

/** Dies at one step after the other until there are no more, and shows what is left each time. */
async function atEveryStep(t: TestContext, how: string, look: (left: Finding | undefined, crash: Crashed) => void) {
  let past = 0;
  let steps = 0;
  for (let step = 1; past === 0; step += SIDE_BY_SIDE) {
    const round = await Promise.all(
      Array.from({ length: SIDE_BY_SIDE }, (_, i) => crashed(temporaryFolder(t), step + i, how)),
    );
    for (const crash of round) {
      const files = auditFiles(join(crash.home, 'audit'));
      const key = join(crash.home, 'keys', 'audit.key');
      const verifiers = existsSync(key) ? [verifierOf(ownSigner(key).publicKey)] : [];
      const copies = checkpointFiles(join(crash.home, 'copies'));
      look(files.length === 0 ? undefined : verified(files, verifiers, copies), crash);
    }
    if (how === 'full') past = step > 40 ? 1 : 0;
    else past = round.filter(({ ended }) => ended).length;
    steps = step;
  }
  return steps;
}

for (const how of ['before', 'half']) {
  test(
    `killed ${how === 'half' ? 'half-way through' : 'before'} any step, a log verifies, with every record that was acknowledged`,
    UNHURRIED,
    async (t) => {
      let torn = 0;
      const steps = await atEveryStep(t, how, (left, { acknowledged }) => {
        assert.equal(left?.fault, undefined, JSON.stringify(left));
        assert.ok((left?.records ?? 0) >= acknowledged, `${left?.records} of ${acknowledged}`);
        if (left === undefined) return;
        assert.ok(left.coverage.upTo <= left.records && left.coverage.gap === undefined);
        if (left.unfinished || left.coverage.unfinished) torn++;
      });
      assert.ok(steps > 30, `${steps} steps`);
      assert.equal(torn > 5, how === 'half', `${torn} torn`);
    },
  );
}

test('a disk that is full at any step costs no record, and no checkpoint for long', UNHURRIED, async (t) => {
  await atEveryStep(t, 'full', (left, { ended }) => {
    assert.ok(ended);
    assert.equal(left?.fault, undefined, JSON.stringify(left));
    assert.ok(left!.records >= RECORDS, `${left!.records} records`);
    assert.equal(left!.unfinished || left!.coverage.unfinished, false);
    assert.ok(left!.records - left!.coverage.upTo <= 6, `${left!.coverage.upTo} of ${left!.records}`);
  });
});
