import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { brotliCompressSync } from 'node:zlib';
import { SqlFault } from '../../../lib/parse/sql/facts.ts';
import { GenericModule, workerFile } from '../../../lib/parse/sql/generic-module.ts';
import { sqlParser } from '../../../lib/parse/sql/load.ts';
import { PostgresModule } from '../../../lib/parse/sql/postgres-module.ts';
import { libpgQueryBytes, libpgQueryModule } from '../../../lib/parse/sql/wasm-bytes.ts';

test('a parser that could not be loaded is loaded anew by the next text', async (t) => {
  const compile = t.mock.method(WebAssembly, 'compile', () => Promise.reject(new Error('no memory')));
  await assert.rejects(async () => sqlParser('postgres'), /no memory/);
  compile.mock.restore();
  assert.equal((await (await sqlParser('postgres')).read('SELECT 1')).count, 1);
});

/** Text the grammar cannot take without running out of stack; its own caps keep it away from callers. */
const CRASHES = `SELECT ${'('.repeat(200_000)}1${')'.repeat(200_000)}`;

test('a parser that failed refuses every text until it has been made anew', async () => {
  const module = await PostgresModule.load();
  assert.throws(() => module.parse(CRASHES), SqlFault);
  if (module.renewal !== undefined) assert.throws(() => module.parse('SELECT 1'), SqlFault);
  await module.renewal;
  assert.ok(module.parse('SELECT 1'));
});

test('a parser that cannot be made anew refuses every text', async (t) => {
  const module = await PostgresModule.load();
  t.mock.method(WebAssembly, 'instantiate', () => Promise.reject(new Error('no memory')));
  t.mock.method(JSON, 'parse', () => assert.fail('the tree is broken'), { times: 1 });
  assert.throws(() => module.parse('SELECT 1'), SqlFault);
  await module.renewal;
  assert.throws(() => module.parse('SELECT 1'), /could not be made anew/);
});

test('a thread that fails answers with a fault, and the next text gets a new one', async () => {
  const module = new GenericModule();
  const broken = { dialect: 'mysql', texts: [undefined as unknown as string] } as const;
  assert.deepEqual(await module.ask(broken), { fault: 'it is more than the parser can take' });
  assert.ok('facts' in (await module.ask({ dialect: 'mysql', texts: ['SELECT 1'] })));
});

test('no more than 64 texts wait for the thread', async () => {
  const module = new GenericModule();
  const ask = () => module.ask({ dialect: 'mysql', texts: ['SELECT 1'] });
  const asked = Array.from({ length: 64 }, ask);
  assert.throws(ask, SqlFault);
  for (const answer of await Promise.all(asked)) assert.ok('facts' in answer);
});

test('in the bundle the parsers lie beside the code, elsewhere in their packages', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-wasm-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const here = pathToFileURL(join(folder, 'code.cjs')).href;
  assert.match(libpgQueryModule(here), /node_modules/);
  assert.match(workerFile(here), /worker\.js$/);
  writeFileSync(join(folder, 'libpg-query.wasm.br'), brotliCompressSync('wasm'));
  writeFileSync(join(folder, 'libpg-query.cjs'), '');
  writeFileSync(join(folder, 'sql-worker.cjs'), '');
  assert.equal(Buffer.from(libpgQueryBytes(here)).toString(), 'wasm');
  assert.equal(fileURLToPath(libpgQueryModule(here)), join(folder, 'libpg-query.cjs'));
  assert.equal(workerFile(here), join(folder, 'sql-worker.cjs'));
});
