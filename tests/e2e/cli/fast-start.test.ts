import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { keepFile, keptFile } from '../../../lib/model/kept-file.ts';
import { temporaryFolder } from '../../support/folder.ts';
import type { Message } from '../../support/mcp/peer.ts';
import { sallyport } from '../../support/program/command.ts';
import { fixtureBackend, GatewayPeer, wrapFixture } from '../../support/program/gateway.ts';

const TEXT = (denied: string) =>
  `version: 1\nreload: signal\nbackends:\n${fixtureBackend('one', ['--tools', 'a,b,c'], { denied_tools: [denied] })}`;

interface Scene {
  readonly home: string;
  readonly cache: string;
  /** A gateway with the config as it is now, after its first answers. */
  start(): Promise<GatewayPeer>;
  /** Paths of what is kept, once there is all of it. */
  kept(): Promise<{ readonly code: string; readonly config: string }>;
  change(denied: string): void;
}

function scene(t: TestContext): Scene {
  const home = temporaryFolder(t);
  const file = join(home, 'sallyport.yaml');
  const cache = join(home, 'state', 'sallyport', 'cache');
  writeFileSync(file, TEXT('c'));
  return {
    home,
    cache,
    start: async () => {
      const gateway = new GatewayPeer(t, 'run', [], { home, flags: ['--config', file] });
      await gateway.initialize();
      return gateway;
    },
    kept: async () => {
      for (;;) {
        const names = existsSync(cache) ? readdirSync(cache) : [];
        const [code, config] = ['code', 'config'].map((kind) =>
          names.find((name) => /^\w+-\w+$/.test(name) && name.startsWith(kind)),
        );
        if (code !== undefined && config !== undefined) return { code: join(cache, code), config: join(cache, config) };
        await delay(20);
      }
    },
    change: (denied) => writeFileSync(file, TEXT(denied)),
  };
}

async function listed(gateway: GatewayPeer): Promise<string[]> {
  return (await gateway.ask('tools/list')).result.tools.map(({ name }: Message) => name);
}

/** Has what was kept of the config say that another tool is denied, with all else as it was: only whoever reads it sees that. */
function forge(path: string): void {
  const text = keptFile(path)!.toString('utf8');
  assert.ok(text.includes('"denied_tools":["c"]'), text);
  keepFile(path, Buffer.from(text.replace('"denied_tools":["c"]', '"denied_tools":["b"]')), 9);
}

test('a second start takes what the first has kept, and one that reads with care never does', async (t) => {
  const { home, start, kept } = scene(t);
  assert.deepEqual(await listed(await start()), ['a', 'b']);
  const { config } = await kept();
  forge(config);
  const second = await start();
  assert.deepEqual(await listed(second), ['a', 'c'], 'it is what a start reads');
  const shown = await sallyport(['config', 'show', '--resolved', '--config', join(home, 'sallyport.yaml')], { home });
  assert.match(shown.stdout, /denied_tools.*\bc\b/);
  const told = second.until(({ method }) => method === 'notifications/tools/list_changed', second.lines.length);
  second.child.kill('SIGHUP');
  await told;
  assert.deepEqual(await listed(second), ['a', 'b'], 'a reload reads the file');
});

test('a config that changed by one byte is in force at the next start', async (t) => {
  const { start, kept, change } = scene(t);
  await start();
  await kept();
  change('a');
  assert.deepEqual(await listed(await start()), ['b', 'c']);
});

test('a start does without what was damaged, and two at once write it anew', async (t) => {
  const { start, kept } = scene(t);
  await start();
  const { code, config } = await kept();
  const whole = readFileSync(code);
  const cases: (() => void)[] = [
    () => writeFileSync(code, whole.subarray(0, whole.length / 2)),
    () => writeFileSync(code, ''),
    () => keepFile(code, Buffer.from('no code of anything'), 9),
    () => keepFile(config, Buffer.from('{"key":'), 9),
    () => writeFileSync(config, 'x'.repeat(5000)),
  ];
  for (const damage of cases) {
    damage();
    assert.deepEqual(await listed(await start()), ['a', 'b']);
  }
  writeFileSync(code, '');
  writeFileSync(config, '');
  const both = await Promise.all([start(), start()]);
  for (const gateway of both) assert.deepEqual(await listed(gateway), ['a', 'b']);
  while (keptFile(code) === undefined || keptFile(config) === undefined) await delay(20);
});

test('without a folder for state, and for whoever asks for the version, nothing is kept', async (t) => {
  const { home, start } = scene(t);
  const { stdout } = await sallyport(['--version'], { home });
  assert.match(stdout, /^\d+\.\d+\.\d+$/);
  assert.ok(!existsSync(join(home, 'state')));
  writeFileSync(join(home, 'state'), '');
  assert.deepEqual(await listed(await start()), ['a', 'b']);
});

/** Writes into a file which parts of the program are loaded. */
const NOTING = (file: string) => `const { Module } = require('node:module');
const { appendFileSync } = require('node:fs');
const load = Module._load;
Module._load = function (name, ...rest) {
  appendFileSync(${JSON.stringify(file)}, name + '\\n');
  return load.call(this, name, ...rest);
};`;

test('where there is no config to keep, nothing is loaded that reads one', async (t) => {
  const home = temporaryFolder(t);
  const [preload, loaded] = [join(home, 'noting.cjs'), join(home, 'loaded')];
  writeFileSync(preload, NOTING(loaded));
  const gateway = wrapFixture(t, [], { home, env: { NODE_OPTIONS: `--require=${preload}` } });
  await gateway.initialize();
  // It says that it runs once nobody waits for it, which is when a config is kept.
  while (!existsSync(join(home, 'state', 'sallyport', 'run'))) await delay(20);
  const parts = readFileSync(loaded, 'utf8');
  assert.match(parts, /local-server/);
  assert.doesNotMatch(parts, /keep-config|schema/);
});
