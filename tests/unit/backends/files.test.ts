import assert from 'node:assert/strict';
import { linkSync, mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { MachineFiles } from '../../../backends/files.ts';
import { isWithin, Mounts, waitingIn } from '../../../backends/mounts.ts';
import type { Answer, Question } from '../../../backends/path-walk.ts';
import type { FileFacts } from '../../../lib/model/files.ts';
import { temporaryFolder } from '../../support/folder.ts';

const LOCAL = new Mounts([]);

/** A folder with links of all sorts, and what looks into it. */
function scene(t: TestContext): { folder: string; files: MachineFiles; look: (path: string) => FileFacts } {
  const folder = realpathSync(temporaryFolder(t));
  mkdirSync(join(folder, 'real/deep'), { recursive: true });
  writeFileSync(join(folder, 'real/file.txt'), 'hello');
  symlinkSync('real', join(folder, 'link'));
  symlinkSync('real/file.txt', join(folder, 'to-file'));
  symlinkSync('gone/away', join(folder, 'dangling'));
  symlinkSync('loop-b', join(folder, 'loop-a'));
  symlinkSync('loop-a', join(folder, 'loop-b'));
  symlinkSync('real/deep', join(folder, 'deep'));
  symlinkSync('/etc/passwd', join(folder, 'outside'));
  symlinkSync('/proc/self', join(folder, 'proc'));
  linkSync(join(folder, 'real/file.txt'), join(folder, 'twin.txt'));
  const files = new MachineFiles({ mounts: LOCAL });
  files.admit([folder]);
  return { folder, files, look: (path) => files.look(join(folder, path)) as FileFacts };
}

test('a file is told with its size, its names and its real place', (t) => {
  const { folder, look } = scene(t);
  const facts = look('link/file.txt');
  assert.deepEqual(facts, {
    named: `${folder}/real/file.txt`,
    real: `${folder}/real/file.txt`,
    exists: true,
    kind: 'file',
    size: 5,
    links: 2,
    foldsCase: facts.foldsCase,
  });
});

test('a link keeps its own name, and its target is told beside', (t) => {
  const { folder, look } = scene(t);
  const facts = look('to-file');
  assert.equal(facts.named, `${folder}/to-file`);
  assert.equal(facts.real, `${folder}/real/file.txt`);
  assert.equal(look('link').kind, 'folder');
  assert.equal(look('link').real, `${folder}/real`);
});

test('what does not exist stands where it would be made', (t) => {
  const { folder, look } = scene(t);
  assert.deepEqual([look('link/new/x').named, look('link/new/x').kind], [`${folder}/real/new/x`, 'nothing']);
  assert.equal(look('dangling').real, `${folder}/gone/away`);
  assert.equal(look('dangling').named, `${folder}/dangling`);
  assert.equal(look('real/file.txt/x').kind, 'nothing');
});

test('climbing goes up from where a link leads', (t) => {
  const { folder, files } = scene(t);
  const facts = files.look(`${folder}/deep/../file.txt`) as FileFacts;
  assert.equal(facts.real, `${folder}/real/file.txt`);
});

test('links in a circle throw', (t) => {
  const { look } = scene(t);
  assert.throws(() => look('loop-a'), /too many links/);
});

test('a link out of the admitted folders is followed by its text alone', (t) => {
  const { look } = scene(t);
  assert.deepEqual([look('outside').real, look('outside').kind], ['/etc/passwd', 'unknown']);
  assert.deepEqual([look('proc/environ').real, look('proc/environ').kind], ['/proc/self/environ', 'unknown']);
});

test('of a path outside, nothing is asked', (t) => {
  const { folder, files } = scene(t);
  for (const path of ['/etc/passwd', '/proc/self/environ', `${folder}x`, '//host/share', '/']) {
    const facts = files.look(path) as FileFacts;
    assert.deepEqual([facts.real, facts.kind, facts.foldsCase], [path, 'unknown', true]);
  }
  files.admit(['/proc', '/dev/shm']);
  assert.equal((files.look('/proc/self/environ') as FileFacts).kind, 'unknown');
});

test('a folder that is another one by now is walked anew', (t) => {
  const { folder, files } = scene(t);
  const inner = join(folder, 'inner');
  mkdirSync(inner);
  files.admit([inner]);
  rmSync(inner, { recursive: true });
  symlinkSync('real', inner);
  assert.equal((files.look(`${inner}/file.txt`) as FileFacts).real, `${folder}/real/file.txt`);
});

test('another Unicode spelling of a name finds the one entry there is', (t) => {
  const { folder, look } = scene(t);
  symlinkSync('real/file.txt', join(folder, 'cafe\u0301'));
  const facts = look('caf\u00e9');
  assert.equal(facts.real, `${folder}/real/file.txt`);
  writeFileSync(join(folder, 'A\u030a'), '');
  writeFileSync(join(folder, '\u00c5'), '');
  assert.throws(() => look('\u212b'), /look the same/);
});

test('small texts are read, others are not', (t) => {
  const { folder, files } = scene(t);
  assert.equal(files.text(join(folder, 'real/file.txt'), 5), 'hello');
  assert.equal(files.text(join(folder, 'real/file.txt'), 4), undefined);
  assert.equal(files.text(join(folder, 'real'), 100), undefined);
  assert.equal(files.text('/etc/passwd', 1e6), undefined);
});

test('a volume that may wait is asked beside, with a deadline', async (t) => {
  const { folder } = scene(t);
  const asked: string[] = [];
  const answering = new MachineFiles({
    mounts: new Mounts([folder]),
    ask: async (question: Question): Promise<Answer> => {
      asked.push(question.path);
      return undefined;
    },
  });
  answering.admit([folder]);
  assert.equal((await answering.look(`${folder}/x`)).kind, 'nothing');
  assert.deepEqual(asked, [folder]);
  assert.equal(answering.text(`${folder}/real/file.txt`, 100), undefined);
  const silent = new MachineFiles({ mounts: new Mounts([folder]), deadlineMs: 5, ask: () => new Promise(() => {}) });
  silent.admit([folder]);
  await assert.rejects(async () => silent.look(`${folder}/x`), /in time/);
});

test('at most 64 look-ups wait, and the place of one that is done is free again', async (t) => {
  const { folder } = scene(t);
  const open: (() => void)[] = [];
  const files = new MachineFiles({
    mounts: new Mounts([folder]),
    ask: () => new Promise((resolve) => open.push(() => resolve(undefined))),
  });
  files.admit([folder]);
  const waiting = Array.from({ length: 64 }, () => files.look(`${folder}/x`));
  await assert.rejects(async () => files.look(`${folder}/x`), /too many/);
  assert.equal(open.length as number, 2, 'only two are asked at a time');
  for (let i = 0; i < 64; i++) {
    while (open.length === 0) await new Promise((resolve) => setImmediate(resolve));
    open.shift()!();
  }
  await Promise.all(waiting);
  const again = files.look(`${folder}/x`);
  for (const answer of open.splice(0)) answer();
  await again;
});

test('the real file system can be asked beside as well', async (t) => {
  const { folder } = scene(t);
  const files = new MachineFiles({ mounts: new Mounts([folder]) });
  files.admit([folder]);
  const facts = await files.look(`${folder}/link/file.txt`);
  assert.deepEqual([facts.real, facts.size], [`${folder}/real/file.txt`, 5]);
  assert.equal((await files.look(`${folder}/none/x`)).kind, 'nothing');
  writeFileSync(join(folder, 'A\u030a'), '');
  assert.equal((await files.look(`${folder}/\u00c5`)).exists, true);
});

test('a mount inside an admitted folder that may wait is left alone', (t) => {
  const { folder } = scene(t);
  const files = new MachineFiles({ mounts: new Mounts([join(folder, 'real')]) });
  files.admit([folder]);
  assert.equal((files.look(`${folder}/real/file.txt`) as FileFacts).kind, 'unknown');
  assert.equal((files.look(`${folder}/to-file`) as FileFacts).kind, 'unknown');
});

test('the mount table says which volumes may wait', () => {
  const table =
    'proc /proc proc rw 0 0\nh:/x /mnt/a\\040b nfs4 rw 0 0\ns /home/a fuse.sshfs rw 0 0\n/dev/vda / ext4 rw 0 0\n';
  assert.deepEqual(waitingIn(table), ['/mnt/a b', '/home/a']);
  assert.equal(new Mounts(['/mnt/a b']).waitingAt('/mnt/a b/c'), '/mnt/a b');
  assert.equal(new Mounts(['/mnt/a']).waitingAt('/mnt/ab'), undefined);
  assert.equal(isWithin('/a/b', '/'), true);
  assert.ok(Mounts.read() instanceof Mounts);
});
