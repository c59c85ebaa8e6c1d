import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { postgresPrograms, startPostgres } from '../../support/policy/postgres-server.ts';
import { freePort } from '../../support/sandbox/local-pages.ts';
import { NO_PACKAGES, presetServer } from '../../support/sandbox/preset-packages.ts';
import { deskOf, Sandboxed } from '../../support/sandbox/sandboxed.ts';

const INSTALLED = { skip: NO_PACKAGES };
const PROGRAMS = postgresPrograms();
const WITH_POSTGRES = { skip: NO_PACKAGES || (PROGRAMS === undefined && 'PostgreSQL is not installed') };

test('the git server commits in the name of the person whose settings are in the home folder', INSTALLED, async (t) => {
  const desk = deskOf(t);
  const { home, project } = desk;
  execFileSync('git', ['init', '--quiet', project]);
  writeFileSync(join(home, '.gitconfig'), '[user]\n  name = Ana Silva\n  email = ana@example.com\n');
  writeFileSync(join(project, 'a.txt'), 'one\n');
  const server = await Sandboxed.start(t, presetServer('pypi:mcp-server-git', ['--repository', project]), desk);
  const there = { repo_path: project };
  assert.match(await server.call('git_status', there), /a\.txt/);
  await server.call('git_add', { ...there, files: ['a.txt'] });
  assert.match(await server.call('git_commit', { ...there, message: 'Begin' }), /committed/);
  assert.match(await server.call('git_log', there), /Ana Silva/);
  assert.match(await server.call('git_create_branch', { ...there, branch_name: 'next' }), /Created branch/);
  const log = execFileSync('git', ['-C', project, 'log', '--format=%an <%ae> %s'], { encoding: 'utf8' });
  assert.equal(log, 'Ana Silva <ana@example.com> Begin\n');
});

test('the git server cannot commit elsewhere than in its repository', INSTALLED, async (t) => {
  const desk = deskOf(t);
  const { home, project } = desk;
  const other = join(home, 'other');
  for (const folder of [project, other]) execFileSync('git', ['init', '--quiet', folder]);
  writeFileSync(join(other, 'a.txt'), 'one\n');
  const server = await Sandboxed.start(t, presetServer('pypi:mcp-server-git'), desk);
  const answer = await server.call('git_add', { repo_path: other, files: ['a.txt'] });
  assert.match(answer, /"isError":true/);
  assert.equal(execFileSync('git', ['-C', other, 'ls-files'], { encoding: 'utf8' }), '');
});

test('the sqlite server of PyPI makes its database, and writes and reads it', INSTALLED, async (t) => {
  const desk = deskOf(t);
  const file = join(desk.project, 'data', 'shop.db');
  const server = await Sandboxed.start(t, presetServer('pypi:mcp-server-sqlite', ['--db-path', file]), desk);
  await server.call('create_table', { query: 'CREATE TABLE orders (id INTEGER, item TEXT)' });
  await server.call('write_query', { query: "INSERT INTO orders VALUES (1, 'tea')" });
  assert.match(await server.call('read_query', { query: 'SELECT * FROM orders' }), /tea/);
});

test('the sqlite server of npm writes beside its database and nowhere else', INSTALLED, async (t) => {
  const desk = deskOf(t);
  const { home, project } = desk;
  mkdirSync(join(project, 'data'));
  const file = join(project, 'data', 'shop.db');
  const server = await Sandboxed.start(t, presetServer('npm:mcp-sqlite', [file]), desk);
  await server.call('query', { sql: 'PRAGMA journal_mode = WAL' });
  await server.call('query', { sql: 'CREATE TABLE orders (id INTEGER, item TEXT)' });
  await server.call('create_record', { table: 'orders', data: { id: 1, item: 'tea' } });
  assert.match(await server.call('read_records', { table: 'orders' }), /tea/);
  await server.call('query', { sql: `ATTACH '${join(home, 'other.db')}' AS other` });
  await server.call('query', { sql: 'CREATE TABLE other.t (a)' });
  await server.call('query', { sql: `VACUUM INTO '${join(project, 'copy.db')}'` });
  assert.deepEqual(readdirSync(project), ['data']);
  assert.ok(!readdirSync(home).includes('other.db'));
});

for (const host of ['127.0.0.1', 'localhost']) {
  test(
    `the postgres server reaches the database of its address, ${host}, and no other port`,
    WITH_POSTGRES,
    async (t) => {
      const [port, otherPort] = [await freePort(), await freePort()];
      const database = startPostgres(
        PROGRAMS!,
        "CREATE TABLE orders (item TEXT); INSERT INTO orders VALUES ('tea');",
        port,
      );
      t.after(() => database.stop());
      const other = startPostgres(PROGRAMS!, 'CREATE EXTENSION dblink;', otherPort);
      t.after(() => other.stop());
      const desk = deskOf(t);
      const name = 'npm:@modelcontextprotocol/server-postgres';
      const address = (at: number) => `postgresql://owner@${host}:${at}/postgres`;
      const server = await Sandboxed.start(t, presetServer(name, [address(port)]), desk);
      assert.match(await server.call('query', { sql: 'SELECT item FROM orders' }), /tea/);
      assert.deepEqual(server.connections, [`${host}:${port} allow`]);
      await server.close();
      const elsewhere = { PGHOST: '127.0.0.1', PGPORT: String(otherPort), PGUSER: 'owner' };
      const misled = { ...presetServer(name, ['postgresql:///postgres']), env: elsewhere };
      await assert.rejects((await Sandboxed.start(t, misled, deskOf(t))).call('query', { sql: 'SELECT 1' }));
    },
  );
}
