import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Drivers } from '../../../backends/sandbox/choose.ts';
import type { DriverName, Network, Probe, SandboxDriver } from '../../../lib/model/sandbox.ts';
import { temporaryFolder } from '../../support/folder.ts';

const WORKS: Probe = { works: true, said: 'it works' };
const FAILS: Probe = { works: false, why: 'namespaces are refused', fix: 'allow them' };

/** A driver that counts how often it is asked. */
class Counted implements SandboxDriver {
  readonly name: DriverName;
  readonly networks: readonly Network[];
  readonly program: string | undefined;
  asked = 0;
  answer: Probe = WORKS;

  constructor(name: DriverName, program?: string, networks: readonly Network[] = ['none', 'proxy', 'host']) {
    this.name = name;
    this.program = program;
    this.networks = networks;
  }

  async probe(): Promise<Probe> {
    this.asked++;
    return this.answer;
  }

  wrap(): never {
    throw new Error('nothing is started');
  }
}

class Scene {
  readonly stateDir: string;
  readonly bwrap: Counted;
  readonly docker = new Counted('docker', undefined, ['none', 'host']);

  constructor(t: TestContext) {
    this.stateDir = temporaryFolder(t);
    const program = join(this.stateDir, 'bwrap');
    writeFileSync(program, 'first version');
    this.bwrap = new Counted('bwrap', program);
  }

  /** What another gateway on the same machine has. */
  drivers(platform: NodeJS.Platform = 'linux'): Drivers {
    return new Drivers([this.bwrap, this.docker], this.stateDir, platform);
  }
}

const USUAL = { driver: undefined, network: 'none' } as const;

test('the usual driver of the platform is chosen, and another only where it is named', async (t) => {
  const scene = new Scene(t);
  assert.deepEqual(await scene.drivers().choose(USUAL), { driver: scene.bwrap });
  assert.deepEqual(await scene.drivers().choose({ ...USUAL, driver: 'docker' }), { driver: scene.docker });
});

test('where a platform has no driver, or none of that name is there, a container is what helps', async (t) => {
  const scene = new Scene(t);
  for (const [platform, driver] of [
    ['win32', undefined],
    ['darwin', undefined],
    ['linux', 'podman'],
  ] as const) {
    const choice = await scene.drivers(platform).choose({ network: 'none', driver });
    assert.equal(choice.driver, undefined);
    assert.match((choice as { fix: string }).fix, /run it in a container/);
  }
});

test('a network a driver does not offer is told before the driver is asked', async (t) => {
  const scene = new Scene(t);
  const choice = await scene.drivers().choose({ driver: 'docker', network: 'proxy' });
  assert.equal((choice as { why: string }).why, 'docker does not offer the network `proxy`');
  assert.equal(scene.docker.asked, 0);
});

test('a driver is asked once, however many backends want it at the same time', async (t) => {
  const scene = new Scene(t);
  const drivers = scene.drivers();
  await Promise.all([1, 2, 3].map(() => drivers.choose(USUAL)));
  assert.equal(scene.bwrap.asked, 1);
});

test('what worked is remembered by the next gateway, until the program is another one', async (t) => {
  const scene = new Scene(t);
  await scene.drivers().choose(USUAL);
  await scene.drivers().choose(USUAL);
  assert.equal(scene.bwrap.asked, 1);
  writeFileSync(scene.bwrap.program!, 'the second version');
  await scene.drivers().choose(USUAL);
  assert.equal(scene.bwrap.asked, 2);
  await scene.drivers().choose(USUAL);
  assert.equal(scene.bwrap.asked, 2);
});

test('what did not work is tried anew by each gateway, and told with what helps', async (t) => {
  const scene = new Scene(t);
  scene.bwrap.answer = FAILS;
  const drivers = scene.drivers();
  for (let time = 0; time < 2; time++)
    assert.deepEqual(await drivers.choose(USUAL), { driver: undefined, why: FAILS.why, fix: FAILS.fix });
  assert.equal(scene.bwrap.asked, 1);
  scene.bwrap.answer = WORKS;
  assert.deepEqual(await scene.drivers().choose(USUAL), { driver: scene.bwrap });
  assert.equal(scene.bwrap.asked, 2);
});

test('what failed although it was remembered is asked again, also by the next gateway', async (t) => {
  const scene = new Scene(t);
  const drivers = scene.drivers();
  await drivers.choose(USUAL);
  drivers.forget('bwrap');
  await drivers.choose(USUAL);
  assert.equal(scene.bwrap.asked, 2);
  drivers.forget('bwrap');
  await scene.drivers().choose(USUAL);
  assert.equal(scene.bwrap.asked, 3);
});

test('without a program there is nothing to remember it by', async (t) => {
  const scene = new Scene(t);
  for (let time = 0; time < 2; time++) await scene.drivers().choose({ ...USUAL, driver: 'docker' });
  assert.equal(scene.docker.asked, 2);
});

test('a memory that cannot be read is none, and one that cannot be written is not missed', async (t) => {
  const scene = new Scene(t);
  const file = join(scene.stateDir, 'sandbox', 'probes.json');
  await scene.drivers().choose(USUAL);
  assert.deepEqual(Object.keys(JSON.parse(readFileSync(file, 'utf8'))), ['bwrap']);
  for (const text of ['{', '[1]', 'null', '"bwrap"']) {
    writeFileSync(file, text);
    assert.deepEqual(await scene.drivers().choose(USUAL), { driver: scene.bwrap }, text);
  }
  assert.equal(scene.bwrap.asked, 5);
  const inTheWay = new Scene(t);
  mkdirSync(join(inTheWay.stateDir, 'sandbox', 'probes.json'), { recursive: true });
  assert.deepEqual(await inTheWay.drivers().choose(USUAL), { driver: inTheWay.bwrap });
});
