import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isExact, isNpx, parseNpx } from '../../../lib/model/npx.ts';

const named = (name: string, version = '') => ({ spec: version === '' ? name : `${name}@${version}`, name, version });

test('npx is known by its name, wherever it is', () => {
  for (const command of ['npx', '/usr/bin/npx', 'npx.cmd', 'NPX.CMD', 'npx.exe']) assert.ok(isNpx(command), command);
  for (const command of ['npm', 'pnpx', 'npx2', 'node', '/npx/other']) assert.ok(!isNpx(command), command);
});

test('one package and the arguments of its program are read', () => {
  const args = ['-y', '-q', '@scope/pkg@1.2.3', '-y', '--', '.'];
  const expected = { packages: [named('@scope/pkg', '1.2.3')], binary: undefined, args: ['-y', '--', '.'] };
  assert.deepEqual(parseNpx(args), expected);
  assert.deepEqual(parseNpx(['pkg'])?.packages, [named('pkg')]);
  assert.deepEqual(parseNpx(['--yes', '--', 'pkg@latest'])?.packages, [named('pkg', 'latest')]);
});

test('packages may be named apart from the program', () => {
  const expected = { packages: [named('one', '1.0.0'), named('two')], binary: 'run', args: ['x'] };
  assert.deepEqual(parseNpx(['-p', 'one@1.0.0', '--package=two', 'run', 'x']), expected);
  assert.deepEqual(parseNpx(['--package', 'one@1.0.0', '-p', 'two', '--', 'run', 'x']), expected);
});

test('anything that is not a package of a registry, or a flag nobody here knows, is left to npx itself', () => {
  const others = [
    ['./local'],
    ['../x'],
    ['.'],
    ['/abs'],
    ['user/repo'],
    ['git+https://x/y.git'],
    ['https://x/y.tgz'],
    ['file:x'],
    ['pkg@npm:other@1.0.0'],
    ['pkg@file:./x'],
    ['-c', 'cmd'],
    ['--registry=http://x', 'pkg'],
    ['-p', './x', 'run'],
    ['-p'],
    ['-y'],
    ['--'],
    [],
  ];
  for (const args of others) assert.equal(parseNpx(args), undefined, args.join(' '));
});

test('only a whole version is exact', () => {
  for (const version of ['1.2.3', '0.0.1-rc.1', '1.2.3+build', '2026.8.31']) assert.ok(isExact(version), version);
  for (const version of ['', '1', '1.2', 'latest', '^1.2.3', '1.2.x', '>=1.2.3', '1.2.3 || 2.0.0']) {
    assert.ok(!isExact(version), version);
  }
});
