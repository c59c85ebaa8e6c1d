import assert from 'node:assert/strict';
import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { type Mounts, mountArgs } from '../../../backends/sandbox/bwrap-mounts.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { lies, mountedBy, seenAt } from '../../support/sandbox/mounted.ts';

const LINUX = process.platform === 'linux' ? false : 'bwrap is of Linux';

/** Folders that lie in each other, with a file in one of them. */
class Tree {
  readonly root: string;

  constructor(t: TestContext) {
    this.root = realpathSync(temporaryFolder(t));
    mkdirSync(this.at('project/lib/deep'), { recursive: true });
    mkdirSync(this.at('project/out'));
    mkdirSync(this.at('other'));
    writeFileSync(this.at('project/.env'), 'TOKEN=1');
  }

  readonly at = (path: string): string => (path === '' ? this.root : join(this.root, path));

  /** What is mounted in the tree, each as `what path`. */
  mounted(changes: Partial<Mounts>): string[] {
    return mountedBy(this.args(changes), `${this.root}/`).map(
      ({ at, what }) => `${what} ${at.slice(this.root.length + 1)}`,
    );
  }

  args(changes: Partial<Mounts>): string[] {
    const none = { programs: [], read: [], write: [], protect: [], hide: [], home: undefined };
    return mountArgs({ ...none, ...changes }, true);
  }
}

test('what lies in a folder is mounted after it, in whatever order the lists say so', { skip: LINUX }, (t) => {
  const { at, mounted } = bound(new Tree(t));
  const wanted = ['shown project', 'writable project/lib', 'shown project/lib/deep'];
  const deep = { read: [at('project/lib/deep'), at('project')], write: [at('project/lib')] };
  assert.deepEqual(mounted(deep), wanted);
  assert.deepEqual(mounted({ ...deep, read: [...deep.read].reverse() }), wanted);
});

test('what is hidden in a folder that can be written to is empty, and is closed at the very end', {
  skip: LINUX,
}, (t) => {
  const { at, mounted } = bound(new Tree(t));
  const hide = [at('project/lib'), at('project/.env')];
  assert.deepEqual(mounted({ write: [at('project')], hide }), [
    'writable project',
    'empty project/lib',
    'empty project/.env',
    'closed project/lib',
  ]);
});

test('of one place listed for all, hiding it holds, then reading, then writing', { skip: LINUX }, (t) => {
  const { at, mounted } = bound(new Tree(t));
  const here = [at('project')];
  const last = (changes: Partial<Mounts>) =>
    mounted(changes)
      .filter((one) => !one.startsWith('closed'))
      .at(-1);
  assert.equal(last({ read: here, write: here }), 'writable project', 'both were asked for');
  assert.equal(last({ write: here, protect: here }), 'shown project');
  assert.equal(last({ write: here, protect: here, hide: here }), 'empty project');
});

test('what is hidden with a folder is not hidden in it once more', { skip: LINUX }, (t) => {
  const { at, mounted } = bound(new Tree(t));
  const hide = [at('project/lib/deep'), at('project/lib'), at('project/lib')];
  assert.deepEqual(mounted({ read: undefined, hide }), ['empty project/lib', 'closed project/lib']);
});

test('nothing is made for what is not there, nor for what cannot be seen anyhow', { skip: LINUX }, (t) => {
  const { at, mounted } = bound(new Tree(t));
  assert.deepEqual(mounted({ read: undefined, hide: [at('none')] }), []);
  assert.deepEqual(mounted({ read: [at('project')], hide: [at('other')] }), ['shown project']);
});

test('what is protected inside of what can be written to stays as it is', { skip: LINUX }, (t) => {
  const { at, mounted } = bound(new Tree(t));
  assert.deepEqual(mounted({ write: [at('project')], protect: [at('project/lib')] }), [
    'writable project',
    'shown project/lib',
  ]);
});

test('folders between what can be written to and what is mounted in it cannot be moved away', { skip: LINUX }, (t) => {
  const { at, mounted } = bound(new Tree(t));
  assert.deepEqual(mounted({ write: [at('project')], hide: [at('project/lib/deep')] }), [
    'writable project',
    'writable project/lib',
    'empty project/lib/deep',
    'closed project/lib/deep',
  ]);
});

test('a link is not mounted over: it leads to what is mounted by its real name', { skip: LINUX }, (t) => {
  const { at, mounted } = bound(new Tree(t));
  symlinkSync(at('other'), at('project/link'));
  assert.deepEqual(mounted({ write: [at('project'), at('project/link'), at('other')] }), [
    'writable project',
    'writable other',
  ]);
  // In a folder that is private no link shows.
  assert.deepEqual(mounted({ write: [at('project/link'), at('other')] }), ['writable other', 'writable project/link']);
});

test('a home that is not there is made where there is a home, and is not missed elsewhere', {
  skip: LINUX,
}, (t) => {
  const tree = new Tree(t);
  const home = '/nonexistent/home/of/nobody';
  assert.equal(seenAt(mountedBy(tree.args({ read: [], home })), home), 'empty');
  assert.equal(seenAt(mountedBy(tree.args({ read: undefined, home })), home), 'shown');
});

test('the folders of everybody are private and have a size, and the root is closed only where it is narrow', {
  skip: LINUX,
}, (t) => {
  const tree = new Tree(t);
  const wide = mountedBy(tree.args({ read: undefined }));
  assert.deepEqual(wide[0], { at: '/', what: 'shown' });
  const narrow = mountedBy(tree.args({ read: [], home: '/home/ana' }));
  for (const folder of ['/tmp', '/var/tmp', '/run']) {
    assert.equal(seenAt(wide, folder), 'empty');
    assert.equal(seenAt(narrow, folder), 'empty');
  }
  assert.equal(seenAt(narrow, '/home/ana'), 'empty');
  assert.deepEqual(narrow.at(-1), { at: '/', what: 'closed' });
  assert.notDeepEqual(wide.at(-1), { at: '/', what: 'closed' });
  const args = tree.args({ read: [], home: '/home/ana' });
  for (const [at, word] of args.entries()) {
    if (word === '--tmpfs' && ['/tmp', '/run', '/home/ana'].includes(args[at + 1]!))
      assert.equal(args[at - 2], '--size');
  }
});

test('without low ports there are terminals, and with them only devices that hold nothing', { skip: LINUX }, (t) => {
  const lists = { programs: [], read: [], write: [], protect: [], hide: [], home: undefined };
  assert.ok(mountArgs(lists, true).join(' ').includes('--dev /dev'));
  const low = mountArgs(lists, false);
  assert.ok(!low.includes('--dev'));
  assert.deepEqual(
    low.filter((_word, at) => low[at - 1] === '--dev-bind-try'),
    ['null', 'zero', 'full', 'random', 'urandom', 'tty'].map((name) => `/dev/${name}`),
  );
  assert.ok(t.name);
});

test('nothing that is hidden can be seen or written to, whichever folders that hold it are listed', {
  skip: LINUX,
}, (t) => {
  const root = realpathSync(temporaryFolder(t));
  const names = ['a', 'b', 'c'];
  for (const one of names)
    for (const two of names) for (const three of names) mkdirSync(join(root, one, two, three), { recursive: true });
  const path = fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 }).map((parts) => join(root, ...parts));
  const paths = fc.array(path, { maxLength: 4 });
  fc.assert(
    fc.property(paths, paths, paths, paths, fc.boolean(), (read, write, protect, hide, isWide) => {
      const outside = (list: readonly string[]) => list.filter((one) => !hide.some((hidden) => lies(one, hidden)));
      const lists = { read: isWide ? undefined : outside(read), write: outside(write), protect: outside(protect) };
      const made = mountedBy(mountArgs({ ...lists, programs: [], hide, home: undefined }, true));
      for (const hidden of hide) {
        const isReached = isWide || [...lists.read!, ...lists.write].some((folder) => lies(hidden, folder));
        if (isReached) assert.equal(seenAt(made, hidden), 'empty');
        const emptied = made.findLastIndex(({ at, what }) => what === 'empty' && lies(hidden, at) && at !== '/tmp');
        const later = made.slice(emptied + 1).filter(({ at, what }) => what === 'writable' && lies(hidden, at));
        if (isReached) assert.deepEqual(later, []);
      }
      for (const kept of lists.protect) assert.notEqual(seenAt(made, kept), 'writable');
    }),
    { numRuns: 200 },
  );
});

/** Methods that can be taken apart. */
function bound(tree: Tree): { at(path: string): string; mounted(changes: Partial<Mounts>): string[] } {
  return { at: tree.at, mounted: (changes) => tree.mounted(changes) };
}
