import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathsScene } from '../../support/policy/paths-scene.ts';

const FILES = {
  '/home/ana/project/src/a.ts': 'x',
  '/home/ana/project/data/b.ts': 'x',
  '/home/ana/project/data/link': { link: '../src' },
};
const FILESYSTEM =
  'command: npx, args: ["-y", "@modelcontextprotocol/server-filesystem@2026.8.31", "data", "/srv/more"], preset: filesystem, cwd: /home/ana/project';
const GIT = 'command: uvx, args: [mcp-server-git], preset: git, cwd: /home/ana';

test('relative paths of the filesystem server begin at its first folder', async () => {
  const { forwarded, decide } = pathsScene({ files: FILES, backend: FILESYSTEM });
  assert.deepEqual(await forwarded({ path: 'b.ts' }, 'read_text_file'), { path: '/home/ana/project/data/b.ts' });
  assert.deepEqual(await forwarded({ path: 'link/a.ts' }, 'read_text_file'), { path: '/home/ana/project/src/a.ts' });
  assert.equal((await decide({ path: '../../x', content: '' }, 'write_file')).effect, 'require_approval');
});

test('paths of git begin at the repository they are given with', async () => {
  const { forwarded, decide } = pathsScene({ files: FILES, backend: GIT });
  const args = { repo_path: '/home/ana/project', files: ['data/link/a.ts', 'new.ts'] };
  assert.deepEqual(await forwarded(args, 'git_add'), {
    repo_path: '/home/ana/project',
    files: ['/home/ana/project/src/a.ts', '/home/ana/project/new.ts'],
  });
  assert.equal((await decide({ ...args, files: ['.env'] }, 'git_add')).effect, 'deny');
  assert.equal((await decide({ repo_path: 5, files: ['.env'] }, 'git_add')).reason?.code, 'SP3102');
  assert.equal((await decide({ repo_path: 'a\0', files: ['x'] }, 'git_add')).reason?.code, 'SP3102');
});

test('a tool that goes through folders is told what to leave out', async () => {
  const policies = 'tools: { "files/*": { paths: { deny: ["**/*.secret", "./data/closed"] } } }';
  const { forwarded } = pathsScene({ files: FILES, backend: FILESYSTEM, policies });
  assert.deepEqual(await forwarded({ path: '/home/ana/project/data', pattern: 'x' }, 'search_files'), {
    path: '/home/ana/project/data',
    pattern: 'x',
    excludePatterns: ['**/*.secret', 'closed'],
  });
  const plain = { path: '/home/ana/project/data', pattern: 'x' };
  assert.deepEqual(await pathsScene({ files: FILES, backend: FILESYSTEM }).forwarded(plain, 'search_files'), plain);
});

test('what it names all the same is taken out of its reply', async () => {
  const policies = 'tools: { "files/*": { paths: { deny: ["./data/closed"] } } }';
  const { replied } = pathsScene({ files: FILES, backend: FILESYSTEM, policies });
  const text = '/home/ana/project/data/b.ts\n/home/ana/project/data/closed/x\n/home/ana/project/data/.env';
  const folder = { path: '/home/ana/project/data', pattern: '*' };
  const left = (await replied(folder, 'search_files', { content: [{ type: 'text', text }] })) as typeof result;
  const result = { content: [{ type: 'text', text: '' }] };
  assert.equal(left.content[0]!.text, '/home/ana/project/data/b.ts\n[2 withheld by policy]');
  const other = { content: [{ type: 'text', text }] };
  assert.deepEqual(await replied(folder, 'read_text_file', other), other, 'a file may say what it likes');
});

test('a server in a container has files of its own', async () => {
  const { decide } = pathsScene({ files: FILES, backend: 'command: /usr/bin/docker, args: [run, mcp/filesystem, /p]' });
  const decision = await decide({ path: '/p/x', content: 'x' }, 'write_file');
  assert.deepEqual([decision.effect, decision.edits.length], ['allow', 0]);
});
