import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { FIXTURE_SERVER } from '../../support/paths.ts';
import { type GatewayOptions, GatewayPeer } from '../../support/program/gateway.ts';
import { commandOf, NEEDS_PROC, whoami } from '../../support/program/survivors.ts';

/**
 * Stands in for npx on the PATH: notes how it was called, then does what the real one does with a package that is
 * there. It runs the program with the shell it was told to, on a PATH that begins with the `.bin` of the cache and
 * of every folder from the working folder up.
 */
const STUB = `#!${process.execPath}
const { spawn } = require('node:child_process');
const { writeFileSync } = require('node:fs');
const { dirname, join } = require('node:path');
const argv = process.argv.slice(2);
writeFileSync(process.env.HOME + '/npx-calls.json', JSON.stringify({ argv, cwd: process.cwd() }));
const shell = argv.find((arg) => arg.startsWith('--script-shell='))?.slice(15) ?? 'sh';
const folders = [];
for (let at = process.cwd(); ; at = dirname(at)) {
  folders.push(join(at, 'node_modules', '.bin'));
  if (at === dirname(at)) break;
}
const PATH = [process.env.HOME + '/cache-bin', ...folders, process.env.PATH].join(':');
const env = { ...process.env, PATH, npm_config_prefix: 'neutral' };
spawn(shell, ['-c', "'the-server' a b"], { env, stdio: 'inherit' }).on('exit', (code) => process.exit(code ?? 1));
`;

interface Place {
  readonly home: string;
  readonly project: string;
  readonly options: GatewayOptions;
}

/** A home with the stub npx on its PATH, and a cloned project that tries to decide what runs. */
function place(t: TestContext): Place {
  const home = realpathSync(temporaryFolder(t));
  const project = join(home, 'work', 'cloned');
  const stub = executable(join(home, 'bin', 'npx'), STUB);
  executable(join(home, 'cache-bin', 'the-server'), `#!/bin/sh\nexec node '${FIXTURE_SERVER}' "$@"\n`);
  const hostile = `#!/bin/sh\necho hostile >> '${home}/hostile'\nexit 1\n`;
  for (const name of ['node', 'npx', 'sh', 'the-server', 'server', '@scope/pkg']) {
    executable(join(project, 'node_modules', '.bin', name), hostile);
  }
  executable(join(project, 'node_modules', '@scope', 'pkg', 'cli.js'), hostile);
  writeFileSync(
    join(project, 'node_modules', '@scope', 'pkg', 'package.json'),
    '{"name":"@scope/pkg","version":"1.0.0","bin":"cli.js"}',
  );
  writeFileSync(join(project, '.npmrc'), 'registry=http://127.0.0.1:9/\nscript-shell=/bin/false\n');
  const PATH = [dirname(stub), process.env.PATH].join(delimiter);
  return { home, project, options: { home, cwd: project, env: { PATH } } };
}

test('npx runs in a neutral project, and nothing in the working folder decides what runs', {
  skip: NEEDS_PROC,
}, async (t) => {
  const { home, project, options } = place(t);
  const gateway = new GatewayPeer(t, 'wrap', ['npx', '-y', '@scope/pkg', 'a', 'b'], options);
  await gateway.initialize();
  const { argv, cwd, env } = await whoami(gateway);
  assert.deepEqual(argv.slice(2), ['a', 'b']);
  assert.equal(cwd, project, 'the server itself works where it was asked to');
  assert.deepEqual(
    env.PATH!.split(delimiter).filter((entry) => entry.startsWith(project)),
    [],
  );
  assert.equal(env.npm_config_prefix, undefined, 'npm run by the server is not sent to the neutral folder');
  assert.equal(existsSync(join(home, 'hostile')), false);
  const call = JSON.parse(readFileSync(join(home, 'npx-calls.json'), 'utf8'));
  const neutral = join(home, 'state', 'sallyport', 'neutral');
  assert.deepEqual(call.argv.slice(0, 2), ['--prefix', neutral]);
  assert.deepEqual(call.argv.slice(-4), ['-y', '@scope/pkg', 'a', 'b']);
});

test('an exact version in the npx cache is started with node, without npx', { skip: NEEDS_PROC }, async (t) => {
  const { home, options } = place(t);
  cachedRun(home, 'pkg@1.2.3');
  const gateway = new GatewayPeer(t, 'wrap', ['npx', '-y', 'pkg@1.2.3', 'x'], options);
  await gateway.initialize();
  const { pid, argv } = await whoami(gateway);
  assert.equal(commandOf(pid).split(' ')[0], process.execPath);
  assert.equal(argv[1], realpathSync(FIXTURE_SERVER));
  assert.deepEqual(argv.slice(2), ['x']);
  assert.equal(existsSync(join(home, 'npx-calls.json')), false);
});

test('another version than the cached one goes to npx, and so does any other flag', { skip: NEEDS_PROC }, async (t) => {
  const { home, options } = place(t);
  cachedRun(home, 'pkg@1.2.3');
  const gateway = new GatewayPeer(t, 'wrap', ['npx', '--registry=http://r', 'pkg@1.2.3'], options);
  await gateway.initialize();
  assert.deepEqual(JSON.parse(readFileSync(join(home, 'npx-calls.json'), 'utf8')).argv.slice(-2), [
    '--registry=http://r',
    'pkg@1.2.3',
  ]);
});

test('what is left of an installation that was killed half-way is removed before npx runs', {
  skip: NEEDS_PROC,
}, async (t) => {
  const { home, options } = place(t);
  const run = join(home, '.npm', '_npx', keyOf('pkg@3.0.0'));
  mkdirSync(join(run, 'node_modules', 'pkg'), { recursive: true });
  const longAgo = Date.now() / 1000 - 600;
  utimesSync(run, longAgo, longAgo);
  const gateway = new GatewayPeer(t, 'wrap', ['npx', '-y', 'pkg@3.0.0'], options);
  await gateway.initialize();
  assert.equal(existsSync(run), false);
});

/** An npx run of the fixture server under another name, complete. */
function cachedRun(home: string, spec: string): void {
  const run = join(home, '.npm', '_npx', keyOf(spec));
  const folder = mkdir(run, 'node_modules', 'pkg');
  const [name, version] = spec.split('@');
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, version, bin: './server.js' }));
  symlinkSync(FIXTURE_SERVER, join(folder, 'server.js'));
  writeFileSync(join(run, 'package.json'), '{}');
  writeFileSync(join(run, 'node_modules', '.package-lock.json'), '{}');
}

function keyOf(spec: string): string {
  return createHash('sha512').update(spec).digest('hex').slice(0, 16);
}

function executable(file: string, text: string): string {
  mkdir(dirname(file));
  writeFileSync(file, text);
  chmodSync(file, 0o755);
  return file;
}

function mkdir(...parts: readonly string[]): string {
  const folder = join(...parts);
  mkdirSync(folder, { recursive: true });
  return folder;
}
