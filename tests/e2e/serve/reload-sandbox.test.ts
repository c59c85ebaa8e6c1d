import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { LegacyHttp } from '../../support/http/legacy-http.ts';
import type { Message } from '../../support/mcp/lines.ts';
import { ROOT } from '../../support/paths.ts';
import { type Served, serve, serveConfig } from '../../support/program/serve.ts';
import { found } from '../../support/program/survivors.ts';
import { makeWorld, NO_SANDBOX, type World } from '../../support/sandbox/hostile.ts';
import { webServer } from '../../support/sandbox/listeners.ts';

const HERE = { skip: NO_SANDBOX };
const SERVER = join(ROOT, 'build', 'tests', 'fixtures', 'hostile-server.js');
const WITHIN_MS = 60_000;

interface Rules {
  readonly sandbox: Message;
  readonly allowedHosts?: readonly string[];
}

/** A gateway that serves the hostile server in a sandbox, and a client whose own that server is. */
class Scene {
  readonly served: Served;
  readonly client: LegacyHttp;

  private constructor(served: Served) {
    this.served = served;
    this.client = new LegacyHttp(served.url);
  }

  static async start(t: TestContext, world: World, rules: Rules): Promise<Scene> {
    const scene = new Scene(await serve(t, { home: world.home, ...optionsOf(world, rules) }));
    await scene.client.initialize();
    return scene;
  }

  /** Puts other rules into the file, and resolves with what became of them. */
  async reload(world: World, rules: Rules): Promise<Message> {
    const reloads = () => this.served.records.filter(({ event }) => /^config_reload/.test(event));
    const before = reloads().length;
    writeFileSync(join(world.home, 'serve.yaml'), serveConfig(optionsOf(world, rules)));
    this.served.child.kill('SIGHUP');
    return found(() => reloads()[before], WITHIN_MS, 'the reload');
  }

  /** What one attempt found. */
  async attempt(name: string, given: Message): Promise<Message> {
    const answer = await this.client.call('attempt', { name, given });
    const told = answer.result?.content?.[0]?.text;
    assert.ok(told !== undefined && answer.result.isError !== true, JSON.stringify(answer));
    const { found: result, failed } = JSON.parse(told);
    assert.equal(failed, undefined);
    return result;
  }

  /** Whether the server reaches a web server on this machine by way of its proxy, in every way it knows. */
  async reaches(port: number): Promise<boolean> {
    const answers = Object.values(await this.attempt('ask', { places: [{ host: 'localhost', port }] }));
    const served = answers.filter((answer) => String(answer).includes('served'));
    assert.ok(served.length === 0 || served.length === answers.length, JSON.stringify(answers));
    return served.length > 0;
  }

  async writes(folder: string): Promise<boolean> {
    return (await this.attempt('make', { folders: [folder] }))[folder] === 'made';
  }

  /** Lines of the diagnostic log that tell of an event. */
  logged(event: string): string[] {
    const folder = join(this.served.home, 'state', 'sallyport', 'log');
    const text = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
    return text
      .join('')
      .split('\n')
      .filter((line) => line.includes(` ${event} `));
  }
}

function optionsOf({ project }: World, { sandbox, allowedHosts }: Rules) {
  const backend = { name: 'one', command: process.execPath, args: [SERVER], cwd: project, enforce: false };
  const rules = allowedHosts && { domains: { allow: allowedHosts } };
  return {
    backends: `  - ${JSON.stringify({ ...backend, sandbox: { mode: 'required', ...sandbox } })}\n`,
    more: `reload: signal\npolicies: ${JSON.stringify(rules === undefined ? {} : { tools: { 'one/*': rules } })}\n`,
  };
}

test('after a reload the connections of a backend that runs are judged by the new rules', HERE, async (t) => {
  const world = makeWorld(t);
  const [first, second] = [await webServer(t, () => ({ status: 200 })), await webServer(t, () => ({ status: 200 }))];
  const hosts = (port: number) => ({ sandbox: { network: 'proxy' }, allowedHosts: [`localhost:${port}`] });
  const scene = await Scene.start(t, world, hosts(first.port));
  assert.deepEqual([await scene.reaches(first.port), await scene.reaches(second.port)], [true, false]);
  assert.equal((await scene.reload(world, hosts(second.port))).event, 'config_reloaded');
  assert.deepEqual([await scene.reaches(first.port), await scene.reaches(second.port)], [false, true]);
});

test('after a reload a backend is started anew in what the new config lets it write to', HERE, async (t) => {
  const world = makeWorld(t);
  const other = join(world.home, 'other');
  mkdirSync(other);
  const scene = await Scene.start(t, world, { sandbox: { write: [world.project] } });
  assert.deepEqual([await scene.writes(world.project), await scene.writes(other)], [true, false]);
  assert.equal((await scene.reload(world, { sandbox: { write: [other] } })).event, 'config_reloaded');
  await found(async () => ((await scene.writes(other)) ? true : undefined), WITHIN_MS, 'the new start');
  await found(() => scene.logged('backend_outdated')[0], WITHIN_MS, 'what the log says of it');
  assert.equal(scene.logged('backend_renewed').length, 1);
  assert.equal(scene.logged('backend_started').length, 2);
});

test('a reload that changes nothing of what a backend runs in lets it run', HERE, async (t) => {
  const world = makeWorld(t);
  const scene = await Scene.start(t, world, { sandbox: { write: [world.project] } });
  await scene.writes(world.project);
  await scene.reload(world, { sandbox: { write: [world.project] }, allowedHosts: [] });
  for (let times = 0; times < 10; times++) await scene.writes(world.project);
  assert.equal(scene.logged('backend_started').length, 1);
});

test('a config whose sandbox cannot be made is not put in force, and all of the old one stays', HERE, async (t) => {
  const world = makeWorld(t);
  const { port } = await webServer(t, () => ({ status: 200 }));
  const sandbox = { network: 'proxy', write: [world.project] };
  const scene = await Scene.start(t, world, { sandbox, allowedHosts: [`localhost:${port}`] });
  assert.ok(await scene.reaches(port));
  const missing = join(world.home, 'nowhere');
  const told = await scene.reload(world, { sandbox: { ...sandbox, write: [missing] }, allowedHosts: [] });
  assert.equal(told.event, 'config_reload_failed');
  assert.match(told.why, /one: ".*nowhere" \(.*serve\.yaml:\d+.*\) is not there; make it/);
  assert.deepEqual([await scene.reaches(port), await scene.writes(world.project)], [true, true]);
  assert.equal(scene.logged('backend_started').length, 1);
});
