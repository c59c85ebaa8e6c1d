import assert from 'node:assert/strict';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { sallyport } from '../../support/program/command.ts';
import { auditFiles, readLines, wrapFixture } from '../../support/program/gateway.ts';
import { found } from '../../support/program/survivors.ts';

const ROUNDS = 20;
const SIDE_BY_SIDE = 4;
const CALLS = 120;
const SIGNED = 'version: 1\naudit: { checkpoints: true, checkpoint_every: 20 }\n';

/** Fills a gateway with calls and kills it once it has given a random number of answers; the last one also has signed. */
async function killedRound(t: TestContext, home: string, round: number): Promise<void> {
  const gateway = wrapFixture(t, ['--log', join(home, `backend-${round}.log`)], { home, config: SIGNED });
  await gateway.initialize();
  await gateway.ask('tools/list');
  const from = gateway.lines.length;
  const answers = Math.floor(Math.random() * CALLS);
  for (let n = 0; n < CALLS; n++) {
    const params = { name: 'echo', arguments: { round, n } };
    gateway.send({ jsonrpc: '2.0', id: `c${n}`, method: 'tools/call', params });
    if (n % 10 === 9) await new Promise((resolve) => setImmediate(resolve));
  }
  await gateway.when(() => gateway.lines.length >= from + answers);
  if (round === ROUNDS - 1) await found(() => hasSigned(home, gateway.pid), 60_000, 'a checkpoint');
  gateway.child.kill('SIGKILL');
  await gateway.exited;
}

function hasSigned(home: string, pid: number): true | undefined {
  const dir = join(home, 'state', 'sallyport', 'audit');
  const notes = readdirSync(dir).find((name) => name.includes(`-${pid}-`) && name.endsWith('.checkpoints'));
  return notes !== undefined && statSync(join(dir, notes)).size > 0 ? true : undefined;
}

test('whenever the gateway is killed, its log verifies and holds every call a backend has seen', async (t) => {
  const home = temporaryFolder(t);
  for (let round = 0; round < ROUNDS; round += SIDE_BY_SIDE) {
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, (_, i) => killedRound(t, home, round + i)));
  }
  const dir = join(home, 'state', 'sallyport', 'audit');
  const { code, stdout } = await sallyport(['audit', 'verify', '--json', dir], { home });
  assert.equal(code, 0, stdout);
  const { chains } = JSON.parse(stdout);
  assert.equal(chains.length, ROUNDS);
  const signed = chains.filter(({ coverage }: { coverage: { upTo: number } }) => coverage.upTo > 0);
  assert.ok(signed.length > 0, 'the last lived long enough for a checkpoint');
  const recorded = new Set<string>();
  for (const line of auditFiles(dir).flatMap(readLines)) {
    if (!line.endsWith('}')) continue;
    const { kind, action, args } = JSON.parse(line);
    if (kind === 'call' && action === 'tools/call') recorded.add(`${args.round}/${args.n}`);
  }
  let seen = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const log = join(home, `backend-${round}.log`);
    assert.ok(existsSync(log));
    for (const line of readLines(log)) {
      const { method, params } = JSON.parse(line);
      if (method !== 'tools/call') continue;
      seen++;
      assert.ok(recorded.has(`${params.arguments.round}/${params.arguments.n}`), `${line} was forwarded unrecorded`);
    }
  }
  assert.ok(seen > ROUNDS, `backends saw ${seen} calls`);
});
