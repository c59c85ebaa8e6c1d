import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { PathPlace } from '../../../lib/parse/path/named-path.ts';
import { readPath } from '../../../lib/parse/path/read.ts';

const HERE: PathPlace = { platform: 'posix', home: '/home/ana', base: '/srv/app' };

function pathOf(text: string, place: PathPlace = HERE): string {
  const read = readPath(text, place);
  assert.ok(read.ok, `${JSON.stringify(text)} is malformed: ${read.ok ? '' : read.why}`);
  return read.path;
}

function refuses(text: string, why: RegExp, place: PathPlace = HERE): void {
  const read = readPath(text, place);
  assert.ok(!read.ok, `${JSON.stringify(text)} was read`);
  assert.match(read.why, why);
}

test('a path becomes absolute and normal', () => {
  const cases: [string, string][] = [
    ['/', '/'],
    ['/etc/passwd', '/etc/passwd'],
    ['//etc///passwd', '/etc/passwd'],
    ['/a/./b/.', '/a/b'],
    ['/a/../../..', '/'],
    ['', '/srv/app'],
    ['.', '/srv/app'],
    ['a/b', '/srv/app/a/b'],
    ['./a/', '/srv/app/a'],
    ['../../../../etc', '/etc'],
    ['...', '/srv/app/...'],
    ['a b/ü', '/srv/app/a b/ü'],
    ['100%/50%20off', '/srv/app/100%/50%20off'],
    ['-rf', '/srv/app/-rf'],
    ['a/~', '/srv/app/a/~'],
  ];
  for (const [text, path] of cases) assert.equal(pathOf(text), path, text);
});

test('a tilde is the home folder of the backend and no other', () => {
  assert.equal(pathOf('~'), '/home/ana');
  assert.equal(pathOf('~/'), '/home/ana');
  assert.equal(pathOf('~/../bob'), '/home/bob');
  refuses('~bob/x', /another user/);
  refuses('~+', /another user/);
  refuses('~/x', /nobody knows/, { ...HERE, home: undefined });
});

test('a file URI is a path of this machine', () => {
  assert.equal(pathOf('file:///etc/passwd'), '/etc/passwd');
  assert.equal(pathOf('FILE://LocalHost/etc/a%20b'), '/etc/a b');
  assert.equal(pathOf('file:/etc/passwd'), '/etc/passwd');
  assert.equal(pathOf('file:////etc'), '/etc');
  for (const [uri, why] of [
    ['file://evil/etc', /another host/],
    ['file:etc', /without an absolute path/],
    ['file://', /without an absolute path/],
    ['file:///a?b', /query/],
    ['file:///a#b', /fragment/],
    ['file:///a%zz', /broken/],
    ['file:///%2e%2e/x', /percent escape/],
    ['file:///a%e2%80%aeb', /invisible/],
    ['file:///a\\b', /backslash/],
  ] as const) {
    refuses(uri, why);
  }
});

test('what two programs may read differently is no path', () => {
  const cases: [string, RegExp][] = [
    ['a\0b', /control/],
    ['a\nb', /control/],
    ['a\u007f', /control/],
    ['a\u0085b', /control/],
    ['a\u2028b', /control/],
    ['a\\b', /backslash/],
    ['%2e%2e/x', /percent/],
    ['..%2Fx', /percent/],
    ['a%5Cb', /percent/],
    ['a%00', /percent/],
    ['%252e', /percent/],
    ['%c0%ae', /percent/],
    ['%u002e', /percent/],
    ['%%32%65', /percent/],
    ['..2fetc', /dots/],
    ['..0x5Cetc', /dots/],
    ['0x2e0x2e/x', /dots/],
    ['a/....//b', /dots/],
    ['C:/x', /Windows/],
    ['c:', /Windows/],
    [' /etc/passwd', /white space/],
    ['/etc/passwd ', /white space/],
    ['"/etc/passwd"', /quotation/],
    ["'/etc/passwd'", /quotation/],
    ['.s\u200dsh', /invisible/],
    ['a\u202eb', /invisible/],
    ['a\u{e0041}', /invisible/],
    ['a\ud800', /Unicode/],
    ['..\uff0fetc', /slash/],
    ['a\u2215b', /slash/],
    ['\uff0e\uff0e/etc', /dots/],
    ['a/\u2025/b', /dots/],
    ['x'.repeat(256), /255/],
    ['é'.repeat(128), /255/],
    [`${'a/'.repeat(2048)}b`, /4,096/],
    [`${'é/'.repeat(1400)}`, /4,096/],
  ];
  for (const [text, why] of cases) refuses(text, why);
});

test('what is longest and still a path is one', () => {
  pathOf('x'.repeat(255));
  pathOf(`/${'a/'.repeat(2000)}`);
  pathOf('ein…langer-name');
});

test('a path remembers how it was said', () => {
  const formOf = (text: string) => {
    const read = readPath(text, HERE);
    return read.ok ? read.form : undefined;
  };
  assert.deepEqual(['/a', 'a', '~/a', 'file:///a'].map(formOf), ['absolute', 'relative', 'home', 'file-uri']);
});

test('a path that climbs is kept as it was, for file systems that climb from where links lead', () => {
  const climbing = readPath('a/../b', HERE);
  assert.ok(climbing.ok);
  assert.equal(climbing.climbing, '/srv/app/a/../b');
  const plain = readPath('a/b', HERE);
  assert.ok(plain.ok);
  assert.equal(plain.climbing, undefined);
});

test('a slash at the end is noticed, also before a dot', () => {
  for (const [text, slash] of [
    ['/a/', true],
    ['/a//', true],
    ['/a/.', true],
    ['/a', false],
    ['/', false],
    ['/a/..', false],
  ] as const) {
    const read = readPath(text, HERE);
    assert.equal(read.ok && read.slash, slash, text);
  }
});

test('a URL of another scheme is the relative path a server would open', () => {
  const read = readPath('http://x/../../../etc', HERE);
  assert.ok(read.ok);
  assert.equal(read.path, '/srv/etc');
  assert.equal(read.foreign, true);
});

test('reading a path twice changes nothing, and its names are never dots or empty', () => {
  const name = fc.oneof(fc.constantFrom('.', '..', '', '~', 'a', 'é', 'b c', '%41', '...'), fc.string());
  fc.assert(
    fc.property(fc.array(name, { maxLength: 8 }), fc.boolean(), (names, absolute) => {
      const read = readPath((absolute ? '/' : '') + names.join('/'), HERE);
      if (!read.ok) return;
      assert.match(read.path, /^\/(?:[^/]+(?:\/[^/]+)*)?$/);
      assert.ok(!read.path.split('/').some((one) => one === '..' || one === '.'));
      const again = readPath(read.path, HERE);
      // A name may end in a space that is only at the end of the text once the rest of it is gone.
      if (again.ok) assert.equal(again.path, read.path);
    }),
  );
});

test('no text makes reading take long', () => {
  for (const text of ['../'.repeat(1_000_000), '%'.repeat(3_000_000), '\u200b'.repeat(1_000_000), '~'.repeat(1e6)]) {
    const from = performance.now();
    assert.equal(readPath(text, HERE).ok, false);
    assert.ok(performance.now() - from < 20_000);
  }
});
