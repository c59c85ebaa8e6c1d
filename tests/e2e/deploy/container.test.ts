import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';
import { example, makeKey } from '../../support/docs/deployed.ts';
import { instructions, Machine } from '../../support/docs/machine.ts';
import { endWith } from '../../support/folder.ts';
import { send } from '../../support/http/http.ts';
import { Peer } from '../../support/mcp/peer.ts';
import { auditFiles } from '../../support/program/gateway.ts';

const STEPS = instructions(readFileSync(example('Containerfile'), 'utf8'));

/** What stands behind the instructions of a name. */
function all(name: string): string[] {
  const found = STEPS.filter((step) => step.name === name).map(({ rest }) => rest);
  assert.ok(found.length > 0, name);
  return found;
}

/** No engine is needed for this: a folder stands in for the root of the image, and every step is done in it. */
test('the Containerfile installs the packed program, which serves, is healthy and writes into its volumes only', async (t) => {
  const machine = new Machine(t);
  assert.deepEqual(all('FROM'), ['node:22-slim']);
  const [pattern, target] = all('COPY')[0]!.split(' ') as [string, string];
  await machine.pack();
  await machine.run(`cp ${pattern} ${target}`);
  const [step] = all('RUN') as [string];
  assert.match(step, / -o 1000 -g 1000 /);
  await machine.run(process.getuid!() === 0 ? step : step.replace(' -o 1000 -g 1000', ''));
  assert.ok(!existsSync(join(machine.root, target)), 'the tarball is not left behind');

  const set = Object.fromEntries(all('ENV').flatMap((line) => line.split(' ').map((pair) => pair.split('='))));
  assert.equal(set.LISTEN_ADDR, '0.0.0.0:9020');
  assert.deepEqual(all('EXPOSE'), ['9020']);
  assert.deepEqual(all('USER'), ['1000:1000']);
  const volumes: string[] = JSON.parse(all('VOLUME')[0]!);
  const inVolume = (path: string) => volumes.some((volume) => path === volume || path.startsWith(`${volume}/`));
  assert.ok([set.HOME, set.LOGS_DIRECTORY, ...all('WORKDIR')].every(inVolume));
  const outside = () => machine.files().filter((path) => !inVolume(path) && !path.startsWith('/tmp/'));
  const before = outside();

  const [command, ...args] = [...JSON.parse(all('ENTRYPOINT')[0]!), ...JSON.parse(all('CMD')[0]!)].map(machine.within);
  const { key, hash } = makeKey();
  const own = { HOME: machine.within(set.HOME), LOGS_DIRECTORY: machine.within(set.LOGS_DIRECTORY) };
  const env = { ...machine.env, ...own, LISTEN_ADDR: '0.0.0.0:0' };
  const cwd = machine.within(all('WORKDIR')[0]!);
  const keyless = await execa(command!, args, { env, extendEnv: false, cwd, reject: false });
  assert.equal(keyless.exitCode, 2, 'no key is in the image');
  let started: Peer | undefined;
  endWith(t, async () => void started?.child.kill());
  const keys = { REVIEWER_KEY_HASH: hash, WRITER_KEY_HASH: makeKey().hash };
  const served = new Peer(t, command!, args, { env: { ...env, ...keys }, cwd });
  started = served;
  await served.when(() => served.lines.length > 0);
  const port = /^listening on http:\/\/0\.0\.0\.0:(\d+)\/mcp$/.exec(served.lines[0]!)![1];
  const status = `http://127.0.0.1:${port}/api/v1/backends`;
  assert.equal((await send(status, { method: 'GET' })).status, 401);
  const seen = await send(status, { method: 'GET', headers: { Authorization: `Bearer ${key}` } });
  assert.deepEqual(
    seen.json.backends.map(({ name }: { name: string }) => name),
    ['files', 'memory'],
  );
  const [program, ...how] = JSON.parse(all('HEALTHCHECK')[0]!.replace(/^CMD /, '')) as [string, ...string[]];
  const healthy = () => execa(program, how, { env: { LISTEN_ADDR: `0.0.0.0:${port}` }, reject: false });
  assert.equal((await healthy()).exitCode, 0);
  served.child.kill();
  assert.equal((await served.exited).code, 0);
  assert.equal((await healthy()).exitCode, 1);
  assert.equal(auditFiles(join(machine.root, 'var/log/sallyport/audit')).length, 1);
  assert.deepEqual(outside(), before);
});
