import assert from 'node:assert/strict';
import { existsSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { layProject, type Project, SECRET, spellings } from '../../support/attacks/path-tricks.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { Peer } from '../../support/mcp/peer.ts';
import { ROOT } from '../../support/paths.ts';
import { GatewayPeer } from '../../support/program/gateway.ts';

const SERVER = join(ROOT, 'node_modules/@modelcontextprotocol/server-filesystem/dist/index.js');
const STRACE = '/usr/bin/strace';

function setUp(t: TestContext): Project {
  return layProject(realpathSync(temporaryFolder(t)));
}

/** The real server, given the whole home, behind the gateway. */
async function guarded(t: TestContext, project: Project, before: readonly string[] = []): Promise<GatewayPeer> {
  const { home, folder, config } = project;
  const command = [...before, process.execPath, SERVER, folder, home];
  const gateway = new GatewayPeer(t, 'wrap', command, { home, config, cwd: folder });
  await gateway.initialize();
  return gateway;
}

test('the server alone reads what is closed, in many spellings', async (t) => {
  const project = setUp(t);
  const { home, folder } = project;
  const peer = new Peer(t, process.execPath, [SERVER, folder, home], { cwd: folder, env: { HOME: home } });
  await peer.initialize();
  let read = 0;
  for (const path of spellings(project)) {
    const answer = await peer.call('read_text_file', { path });
    if (JSON.stringify(answer).includes(SECRET)) read++;
  }
  assert.ok(read >= 60, `only ${read} spellings reach it`);
});

test('no spelling reaches a closed file through the gateway, by any tool that reads', async (t) => {
  const project = setUp(t);
  const gateway = await guarded(t, project);
  const reached: string[] = [];
  for (const path of spellings(project)) {
    for (const [tool, args] of [
      ['read_text_file', { path }],
      ['read_file', { path }],
      ['read_media_file', { path }],
      ['read_multiple_files', { paths: ['src/a.txt', path] }],
    ] as const) {
      const answer = JSON.stringify(await gateway.call(tool, args));
      const leaked = answer.includes(SECRET) || answer.includes(Buffer.from(SECRET).toString('base64'));
      if (leaked) reached.push(`${tool} ${JSON.stringify(path)}`);
    }
  }
  assert.deepEqual(reached, []);
});

test('no spelling changes, moves or takes the place of a closed file', async (t) => {
  const project = setUp(t);
  const { home, folder } = project;
  const gateway = await guarded(t, project);
  for (const path of spellings(project)) {
    await gateway.call('write_file', { path, content: 'changed' });
    await gateway.call('edit_file', { path, edits: [{ oldText: SECRET, newText: 'changed' }] });
    await gateway.call('move_file', { source: path, destination: join(folder, 'src/stolen.txt') });
    assert.equal(existsSync(join(folder, 'src/stolen.txt')), false, `moved by ${JSON.stringify(path)}`);
  }
  for (const path of ['private/key.txt', 'private/inner/more.txt', '.env', 'src/.env.local', 'café/deploy.pem']) {
    assert.equal(readFileSync(join(folder, path), 'utf8'), SECRET, path);
  }
  assert.equal(readFileSync(join(home, '.ssh/id_rsa'), 'utf8'), SECRET);
});

test('what is open is read as before, also by relative paths, links and other spellings', async (t) => {
  const project = setUp(t);
  const { folder } = project;
  const gateway = await guarded(t, project);
  for (const path of [
    `${folder}/src/a.txt`,
    `${folder}//src/./a.txt`,
    'src/a.txt',
    'fine/a.txt',
    'self/src/a.txt',
    'src/deep/../a.txt',
    'a b/c.txt',
    '~/project/src/a.txt',
    `file://${folder}/src/a.txt`,
  ]) {
    const answer = await gateway.call('read_text_file', { path });
    // The server does not know URIs; that it says so is its own business.
    if (!path.startsWith('file:')) assert.match(JSON.stringify(answer.result), /open/, path);
  }
});

test('what the server opens is what was judged', { skip: !existsSync(STRACE) && 'needs strace' }, async (t) => {
  const project = setUp(t);
  const { home, folder } = project;
  const trace = join(home, 'trace');
  writeFileSync(trace, '');
  const gateway = await guarded(t, project, [STRACE, '-f', '-e', 'trace=%file', '-o', trace]);
  const open = ['src/a.txt', 'fine/a.txt', 'self/src/deep/b.txt', 'src/deep/../a.txt', 'a b/c.txt'];
  for (const path of [...spellings(project), ...open]) {
    await gateway.call('read_text_file', { path });
    await gateway.call('write_file', { path: `${folder}/${path}`, content: 'open' });
  }
  await gateway.end();
  const opened = [...readFileSync(trace, 'utf8').matchAll(/open(?:at)?\((?:AT_FDCWD, )?"([^"]+)".*= \d+$/gm)]
    .map(([, path]) => path!)
    // A file is written beside its place and moved there.
    .map((path) => path.replace(/\.[0-9a-f]{32}\.tmp$/, ''))
    .filter((path) => path.startsWith(`${folder}/`));
  assert.ok(opened.length >= open.length, 'the trace shows the files that are open to it');
  const closed = opened.filter((path) => {
    const real = realpathSync(path);
    return real.startsWith(join(folder, 'private')) || /\/\.env|\.pem$|\.ssh/.test(real);
  });
  assert.deepEqual(closed, []);
  const unresolved = opened.filter((path) => realpathSync(path) !== path);
  assert.deepEqual(unresolved, [], 'everything opened is named as it really is');
});
