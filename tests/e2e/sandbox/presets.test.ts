import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { EVERYTHING } from '../../support/mcp/everything-surface.ts';
import { ROOT } from '../../support/paths.ts';
import { listening } from '../../support/sandbox/local-pages.ts';
import { type Desk, deskOf, NO_SANDBOX, Sandboxed, type SandboxedServer } from '../../support/sandbox/sandboxed.ts';

const HERE = { skip: NO_SANDBOX };
const PACKAGES = join(ROOT, 'node_modules', '@modelcontextprotocol');
const PAST = { type: 'entity', name: 'Bo', entityType: 'person', observations: ['plays chess'] };
const MEMORY = join(PACKAGES, 'server-memory', 'dist', 'index.js');

function filesystem(t: TestContext, desk: Desk, ...folders: string[]): Promise<Sandboxed> {
  const args = [join(PACKAGES, 'server-filesystem', 'dist', 'index.js'), ...folders];
  return Sandboxed.start(t, { command: process.execPath, args }, desk);
}

test('the filesystem server works in the folder of its arguments', HERE, async (t) => {
  const desk = deskOf(t);
  const { project } = desk;
  const server = await filesystem(t, desk, project);
  assert.ok((await server.tools()).includes('write_file'));
  const path = join(project, 'notes.txt');
  assert.match(await server.call('write_file', { path, content: 'first words' }), /Successfully wrote/);
  assert.match(await server.call('read_text_file', { path }), /first words/);
  assert.match(await server.call('list_directory', { path: project }), /notes\.txt/);
  assert.match(await server.call('search_files', { path: project, pattern: '**/*.txt' }), /notes\.txt/);
  assert.equal(readFileSync(path, 'utf8'), 'first words');
});

test('of a folder that is not among its arguments the filesystem server sees nothing, by no link', HERE, async (t) => {
  const desk = deskOf(t);
  const { home, project } = desk;
  const outside = join(home, 'outside');
  mkdirSync(outside);
  writeFileSync(join(outside, 'diary.txt'), 'dear diary');
  symlinkSync(outside, join(project, 'early'));
  const server = await filesystem(t, desk, project);
  symlinkSync(outside, join(project, 'late'));
  for (const link of ['early', 'late']) {
    const path = join(project, link, 'diary.txt');
    assert.doesNotMatch(await server.call('read_text_file', { path }), /dear diary/);
    await server.call('write_file', { path: join(project, link, 'new.txt'), content: 'x' });
  }
  assert.deepEqual(readdirSync(outside), ['diary.txt']);
});

test('a folder that becomes a link while the filesystem server writes leads it nowhere', HERE, async (t) => {
  const desk = deskOf(t);
  const { home, project } = desk;
  const outside = join(home, 'outside');
  const inside = join(project, 'inside');
  mkdirSync(outside);
  mkdirSync(inside);
  const server = await filesystem(t, desk, project);
  const asked: Promise<string>[] = [];
  for (let turn = 0; turn < 30; turn++) {
    asked.push(server.call('write_file', { path: join(inside, `${turn}.txt`), content: 'x' }));
    const aside = join(project, `aside-${turn}`);
    renameSync(inside, aside);
    symlinkSync(outside, inside);
    await asked.at(-1);
    renameSync(inside, join(project, `link-${turn}`));
    renameSync(aside, inside);
  }
  await Promise.all(asked);
  assert.deepEqual(readdirSync(outside), []);
});

test('keys in a folder the filesystem server was given are not there for it', HERE, async (t) => {
  const desk = deskOf(t);
  const server = await filesystem(t, desk, desk.home);
  const key = await server.call('read_text_file', { path: join(desk.home, '.ssh', 'id_ed25519') });
  assert.doesNotMatch(key, /a secret key/);
  assert.match(await server.call('list_directory', { path: desk.home }), /project/);
});

async function remember(server: Sandboxed, name: string): Promise<void> {
  await server.call('create_entities', { entities: [{ name, entityType: 'person', observations: ['likes tea'] }] });
}

test('the memory server keeps what it is told over a restart, in a folder of its own', HERE, async (t) => {
  const desk = deskOf(t);
  const own = { command: process.execPath, args: [MEMORY] };
  const first = await Sandboxed.start(t, own, desk);
  await remember(first, 'Ana');
  await first.close();
  const second = await Sandboxed.start(t, own, desk);
  assert.match(await second.call('read_graph'), /likes tea/);
  assert.ok(existsSync(join(desk.home, 'state', 'sallyport', 'sandbox', 'one', 'memory.jsonl')));
});

/** A memory server of a project of its own, which kept something among its programs; the file is answered as well. */
function memoryServerWithPast({ home }: Desk): { readonly server: SandboxedServer; readonly kept: string } {
  const folder = join(home, 'node_modules', '@modelcontextprotocol', 'server-memory');
  mkdirSync(join(folder, 'dist'), { recursive: true });
  for (const name of ['dist/index.js', 'package.json'])
    writeFileSync(join(folder, name), readFileSync(join(PACKAGES, 'server-memory', name)));
  for (const name of ['zod', '@modelcontextprotocol/sdk'])
    symlinkSync(join(ROOT, 'node_modules', name), join(home, 'node_modules', name));
  const kept = join(folder, 'dist', 'memory.jsonl');
  writeFileSync(kept, JSON.stringify(PAST));
  const sandbox = { read: [join(ROOT, 'node_modules'), folder] };
  return { server: { command: process.execPath, args: [join(folder, 'dist', 'index.js')], sandbox }, kept };
}

test('what the memory server kept among its programs is found in its own folder', HERE, async (t) => {
  const desk = deskOf(t);
  const { server, kept } = memoryServerWithPast(desk);
  const running = await Sandboxed.start(t, server, desk);
  assert.match(await running.call('read_graph'), /plays chess/);
  await remember(running, 'Ana');
  assert.deepEqual(JSON.parse(readFileSync(kept, 'utf8')), PAST);
});

test('a link a server left in the place of what it keeps has nothing copied to where it leads', HERE, async (t) => {
  const desk = deskOf(t);
  const own = join(desk.home, 'state', 'sallyport', 'sandbox', 'one');
  mkdirSync(own, { recursive: true });
  symlinkSync(join(desk.home, '.profile'), join(own, 'memory.jsonl'));
  await Sandboxed.start(t, memoryServerWithPast(desk).server, desk);
  assert.ok(!existsSync(join(desk.home, '.profile')));
});

test('the memory server writes to the file its variable names', HERE, async (t) => {
  const desk = deskOf(t);
  mkdirSync(join(desk.home, 'memories'));
  const file = join(desk.home, 'memories', 'graph.jsonl');
  const env = { MEMORY_FILE_PATH: file };
  const server = await Sandboxed.start(t, { command: process.execPath, args: [MEMORY], env }, desk);
  await remember(server, 'Ana');
  assert.match(readFileSync(file, 'utf8'), /likes tea/);
});

test('a memory server that would write to the home folder itself is not started', HERE, async (t) => {
  const desk = deskOf(t);
  const env = { MEMORY_FILE_PATH: join(desk.home, 'graph.jsonl') };
  const starting = Sandboxed.start(t, { command: process.execPath, args: [MEMORY], env }, desk);
  await assert.rejects(starting, /is in no folder but the home folder \(SP5023\)/);
});

test(
  'a server nothing is known of works in a sandbox when one is required, without what is not listed',
  HERE,
  async (t) => {
    const desk = deskOf(t);
    const near = await listening(
      t,
      createServer((_, response) => response.end('near')),
    );
    const server = await Sandboxed.start(t, { command: process.execPath, args: [EVERYTHING] }, desk);
    assert.match(await server.call('echo', { message: 'hello' }), /hello/);
    const data = `http://127.0.0.1:${near}/`;
    const zipped = await server.call('gzip-file-as-resource', { name: 'a.gz', data, outputType: 'resource' });
    assert.match(zipped, /"isError":true/);
    assert.deepEqual(server.connections, []);
  },
);
