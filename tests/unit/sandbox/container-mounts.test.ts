import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { EngineName } from '../../../backends/sandbox/container-engine.ts';
import { mountArguments } from '../../../backends/sandbox/container-mounts.ts';
import { SandboxFault, type SandboxSpec } from '../../../lib/model/sandbox.ts';
import { sandboxSpec } from '../../support/sandbox/spec.ts';

const isFolder = (path: string) => !path.includes('.');

function mounts(changes: Partial<SandboxSpec>, engine: EngineName = 'docker'): string[] {
  const args = mountArguments(sandboxSpec({ read: [], ...changes }), engine, isFolder);
  return args.filter((_, index) => args[index - 1] === '--mount');
}

test('folders are where they are on this machine, for reading without what is mounted below them', () => {
  assert.deepEqual(mounts({ read: ['/data'], write: ['/work'] }), [
    'type=bind,source=/data,target=/data,readonly,bind-recursive=disabled',
    'type=bind,source=/work,target=/work',
  ]);
  assert.deepEqual(mounts({ read: ['/data'] }, 'podman'), [
    'type=bind,source=/data,target=/data,readonly,bind-nonrecursive',
  ]);
});

test('without a list nothing of this machine can be read', () => {
  assert.deepEqual(mounts({ read: undefined }), []);
});

test('what is hidden in a mounted folder is empty, and nothing podman finds there is copied', () => {
  const hide = ['/work/.env', '/work/keys', '/elsewhere/.env'];
  assert.deepEqual(mounts({ write: ['/work'], hide }), [
    'type=bind,source=/work,target=/work',
    'type=bind,source=/dev/null,target=/work/.env,readonly',
    'type=tmpfs,target=/work/keys,readonly',
  ]);
  assert.equal(mounts({ write: ['/work'], hide }, 'podman').at(-1), 'type=tmpfs,target=/work/keys,ro,notmpcopyup');
});

test('a folder that is hidden, or lies in what is hidden, is not mounted at all', () => {
  assert.deepEqual(mounts({ read: ['/home/ana', '/data/x'], write: ['/home'], hide: ['/home', '/data'] }), []);
});

test('a folder to be read inside one to be written is not mounted twice', () => {
  assert.deepEqual(mounts({ read: ['/work', '/work/lib', '/work2'], write: ['/work'] }), [
    'type=bind,source=/work2,target=/work2,readonly,bind-recursive=disabled',
    'type=bind,source=/work,target=/work',
  ]);
});

test('/tmp is private unless it is mounted itself', () => {
  const [option, tmp] = mountArguments(sandboxSpec({ read: [] }), 'podman', isFolder);
  assert.equal(option, '--tmpfs');
  assert.equal(tmp, '/tmp:rw,nosuid,nodev,noexec,size=268435456,mode=1777,notmpcopyup');
  assert.ok(!mountArguments(sandboxSpec({ read: [], write: ['/tmp'] }), 'docker', isFolder).includes('--tmpfs'));
});

test('paths that cannot be said, the root and those of the kernel are refused', () => {
  for (const path of ['/a,readonly=false', '/a"b', '/a\nb', '/', '/proc', '/sys/fs', '/dev/shm']) {
    assert.throws(() => mounts({ write: [path] }), SandboxFault, path);
    assert.throws(() => mounts({ read: [path] }), SandboxFault, path);
  }
  assert.throws(() => mounts({ write: ['/work'], hide: ['/work/a,b'] }), SandboxFault);
  assert.deepEqual(mounts({ write: ['/process', '/a:b'] }).length, 2);
});

test('what is to be hidden and is not there is refused', () => {
  const spec = sandboxSpec({ read: ['/'.concat('work')], hide: ['/work/nowhere-at-all'] });
  assert.throws(() => mountArguments(spec, 'docker'), SandboxFault);
});

test('nothing hidden can be reached by a mount, however the lists lie in each other', () => {
  const path = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 3 }).map((p) => `/${p.join('/')}`);
  const paths = fc.array(path, { maxLength: 4 });
  const lies = (inner: string, outer: string) => `${inner}/`.startsWith(`${outer}/`);
  fc.assert(
    fc.property(paths, paths, paths, (read, write, hide) => {
      const made = mounts({ read, write, hide }).map((mount) => ({
        target: /target=([^,]*)/.exec(mount)![1]!,
        empty: mount.startsWith('type=tmpfs'),
      }));
      assert.equal(new Set(made.map(({ target }) => target)).size, made.length);
      for (const hidden of hide) {
        // Deeper mounts lie over those above them.
        const shown = made.filter(({ empty, target }) => !empty && lies(target, hidden));
        assert.deepEqual(shown, []);
        if (made.some(({ target }) => lies(hidden, target))) {
          assert.ok(made.some(({ empty, target }) => empty && lies(hidden, target)));
        }
      }
    }),
  );
});
