import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forwarding } from '../../../lib/checks/paths/forwarding.ts';
import { groundsOf, slashes } from '../../../lib/checks/paths/ground.ts';
import { anchor } from '../../../lib/checks/paths/patterns.ts';
import { lookUp, type Subject } from '../../../lib/checks/paths/subject.ts';
import type { Config } from '../../../lib/model/config.ts';
import { type Files, unlooked } from '../../../lib/model/files.ts';
import { readPath } from '../../../lib/parse/path/read.ts';
import { Payload } from '../../../lib/wire/payload.ts';
import { configOf } from '../../support/config/config-texts.ts';
import { pathsScene } from '../../support/policy/paths-scene.ts';

function configWith(backend: string, more: Partial<Config> = {}): Config {
  return { ...configOf({ config: `{ version: 1, backends: [{ name: a, ${backend} }] }` }).config, ...more };
}

test('folders a command names may be looked into, and text that is no folder may not', () => {
  const config = configWith(
    'command: srv, args: ["-x", "/data", "~/notes", "./here", "word", "..", "/bad%2epath"], cwd: /w/x',
  );
  const grounds = groundsOf(config, '/tmp', 'posix');
  assert.deepEqual(grounds.of('a').folders, ['/w/x', '/data', '/home/ana/notes', '/w/x/here', '/w']);
  assert.deepEqual(
    grounds.of('nobody'),
    groundsOf(configWith('url: "https://mcp.example.com"'), '/tmp', 'posix').of('a'),
  );
  assert.ok(grounds.folders.includes('/tmp') && grounds.folders.includes('/home/ana'));
});

test('the filesystem server may stand in the command itself, and may be given no folder', () => {
  const named = groundsOf(
    configWith('preset: filesystem, command: /bin/server-filesystem, args: [docs], cwd: /w'),
    '/tmp',
    'posix',
  );
  assert.equal(named.of('a').place.base, '/w/docs');
  const bare = groundsOf(
    configWith('preset: filesystem, command: npx, args: [server-filesystem], cwd: /w'),
    '/tmp',
    'posix',
  );
  assert.equal(bare.of('a').place.base, '/w');
});

test('on Windows all is written with forward slashes inside and goes out with backslashes', () => {
  const config = configWith('command: srv, cwd: "/w"', { homeDir: 'C:\\Users\\ana', projectDir: undefined });
  const grounds = groundsOf(config, 'C:\\Temp', 'windows');
  assert.deepEqual([grounds.home, grounds.project, slashes('C:\\a', 'windows')], ['C:/Users/ana', undefined, 'C:/a']);
  assert.equal(grounds.of('nobody').place.base, 'C:/');
  const place = { platform: 'windows', home: 'C:/Users/ana', base: 'D:/w' } as const;
  const value = { at: '/path', path: ['arguments', 'path'], text: 'a/b/' };
  const read = readPath(value.text, place);
  assert.ok(read.ok);
  const edit = forwarding(lookUp(value, read, undefined) as Subject, 'windows');
  const sent = edit!.apply(Payload.of('{"arguments":{"path":"a/b/"}}')).json();
  assert.deepEqual(sent, { arguments: { path: 'D:\\w\\a\\b\\' } });
});

test('a pattern begins where it says, and a bare one never allows more than was meant', () => {
  const at = (glob: string, reach: 'restricts' | 'grants') => {
    const { root, glob: rest } = anchor(glob, reach, '/p/q', '/h');
    return `${root} ${rest}`;
  };
  assert.equal(at('~/x/*', 'grants'), '/h/x *');
  assert.equal(at('~', 'grants'), '/h ');
  assert.equal(at('../x', 'grants'), '/p/x ');
  assert.equal(at('/a/./b/../c/**', 'restricts'), '/a/c **');
  assert.equal(at('C:/a/*', 'restricts'), 'C:/a *');
  assert.equal(at('*.env', 'restricts'), '/ **/*.env');
  assert.equal(at('*/secrets/*', 'restricts'), '/ **/secrets/*');
  assert.equal(at('**/x', 'restricts'), '/ **/x');
  assert.equal(at('*.md', 'grants'), '/p/q **/*.md');
  assert.equal(at('docs/*', 'grants'), '/p/q/docs *');
  assert.equal(at('**/x', 'grants'), '/ **/x');
});

test('without a project every write asks, and patterns begin in the folder of the server', async () => {
  const { config } = configOf({ config: '{ version: 1, backends: [{ name: files, command: x, cwd: /w }] }' });
  assert.equal(groundsOf({ ...config, projectDir: undefined }, '/tmp', 'posix').project, undefined);
});

test('a folder that holds our own files or keys is not taken whole', async () => {
  const { decide } = pathsScene({ files: { '/home/ana/.config/sallyport/': null, '/home/ana/.ssh/': null } });
  assert.equal(
    (await decide({ source: '/home/ana/.config', destination: '/tmp/x' }, 'move_file')).reason?.rule,
    "Sallyport's own files",
  );
  assert.equal((await decide({ source: '/', destination: '/tmp/x' }, 'write_tree')).effect, 'require_approval');
  assert.equal((await decide({ source: '/', destination: '/tmp/x' }, 'copy')).effect, 'deny');
});

test('our own files are found where they really are', async () => {
  const files = {
    '/home/ana/.config/sallyport': { link: '/home/ana/dots/sallyport' },
    '/home/ana/dots/sallyport/x.yaml': 'x',
  };
  const { decide } = pathsScene({ files });
  assert.equal((await decide({ path: '/home/ana/dots/sallyport/x.yaml' })).reason?.rule, "Sallyport's own files");
});

test('a package file that cannot be compared asks', async () => {
  const { decide } = pathsScene({ files: { '/home/ana/project/package.json': { bytes: 5 } } });
  const decision = await decide({ path: 'package.json', content: '{}' }, 'write');
  assert.equal(decision.reason?.rule, 'policies.baseline.control_files');
  const missing = await pathsScene({}).decide({ path: 'package.json', content: '{"name":"x"}' }, 'write');
  assert.equal(missing.effect, 'allow');
});

test('depth is counted below the folder that allows a path', async () => {
  const policies = 'tools: { "files/*": { paths: { allow: ["/data/deep"], max_depth: 2 } } }';
  const { decide } = pathsScene({ policies });
  assert.equal((await decide({ path: '/data/deep/a/b' })).effect, 'allow');
  assert.equal((await decide({ path: '/data/deep/a/b/c' })).reason?.code, 'SP3105');
});

test('the size of a file nobody may look at is not known, so it is too large, and the fix names its folder', async () => {
  const files: Files = { admit: () => {}, look: unlooked, text: () => undefined };
  const { decide } = pathsScene({ files, policies: 'tools: { "files/*": { max_file_bytes: 10 } }' });
  for (const [path, folder] of [
    ['/top.txt', '/**'],
    ['/srv/data/x.bin', '/srv/data/**'],
  ] as const) {
    const { effect, reason } = await decide({ path });
    assert.deepEqual([effect, reason?.code], ['deny', 'SP3103']);
    assert.equal(reason?.fix, `name its folder in a list of allowed paths: "${folder}"`);
  }
});
