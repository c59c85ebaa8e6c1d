import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import { commandEntries } from '../../../lib/authoring/recommend/commands.ts';
import { folderEntries } from '../../../lib/authoring/recommend/folders.ts';
import { sqlEntries } from '../../../lib/authoring/recommend/statements.ts';
import { Remarked, yamlText } from '../../../lib/authoring/recommend/yaml-text.ts';

const PLACES = { project: '/home/ana/project', home: '/home/ana', cwd: '/home/ana/project' };

const folders = (...paths: string[]) => folderEntries(paths, PLACES)?.map(({ entry, count }) => [entry, count]);

test('paths in the project become the folder they have in common', () => {
  assert.deepEqual(folders('src/a/x.ts', '/home/ana/project/src/b/y.ts'), [['${PROJECT_DIR}/src', 2]]);
  assert.deepEqual(folders('src/a.ts'), [['${PROJECT_DIR}/src/a.ts', 1]]);
  assert.deepEqual(folders('src', 'docs'), [['${PROJECT_DIR}', 2]]);
});

test('paths outside the project stay as they are, those below another one in it', () => {
  assert.deepEqual(folders('/srv/a', '/srv/a/b', '~/notes', 'x'), [
    ['${PROJECT_DIR}/x', 1],
    ['/home/ana/notes', 1],
    ['/srv/a', 2],
  ]);
});

test('characters of patterns in a path stand for themselves, and nothing in it is a variable', () => {
  assert.deepEqual(folders('a*{b}.md'), [['${PROJECT_DIR}/a??b?.md', 1]]);
  assert.deepEqual(folders('/srv/${HOME}'), [['/srv/$?HOME?', 1]]);
});

test('what cannot be told is not narrowed: odd paths, the root, too many folders', () => {
  for (const path of ['', 'a%2e', 'file:///a', 'C:\\a', '~bob/x', '/']) assert.equal(folders(path), undefined, path);
  assert.equal(folders(...Array.from({ length: 21 }, (_, i) => `/srv/${i}`)), undefined);
});

test('commands are allowed as they were run, and by their head once they differ too much', async () => {
  const entries = async (...texts: string[]) =>
    (await commandEntries(texts))?.map(({ entry, count }) => [entry, count]);
  assert.deepEqual(await entries('npm test', 'npm test && ls'), [
    ['npm test', 2],
    ['ls', 1],
  ]);
  assert.deepEqual(await entries('git log -1', 'git log -2', 'git log -3', 'git log -4'), [['git log *', 4]]);
  assert.equal(await commandEntries(['echo $HOME']), undefined);
  assert.equal(await commandEntries(['echo "']), undefined);
});

test('SQL is told by its kinds and tables, and whether it only reads', async () => {
  const found = await sqlEntries(['SELECT * FROM users', 'select 1 from users join orders on true'], 'postgres');
  assert.deepEqual(
    [found?.kinds.map(({ entry }) => entry), found?.tables?.map(({ entry }) => entry), found?.readsOnly],
    [['SELECT'], ['orders', 'users'], true],
  );
  assert.equal((await sqlEntries(['UPDATE users SET a = 1'], 'postgres'))?.readsOnly, false);
  assert.equal(await sqlEntries(['SELEC'], 'postgres'), undefined);
  assert.equal(await sqlEntries(['SELECT 1'], undefined), undefined);
});

test('whatever a config holds, its text reads back as the same', () => {
  const key = fc.string({ unit: 'grapheme' }).filter((name) => name !== '__proto__');
  const leaf = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.boolean(),
    fc.integer(),
    fc.constant(null),
    fc.constantFrom('yes', 'null', '1e3', '- a', '# b', 'a: b', '~'),
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.dictionary(key, tie('value'), { maxKeys: 4 }),
    value: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('value'), { maxLength: 3 }), tie('tree')),
  }));
  fc.assert(
    fc.property(tree, (value) => {
      const text = yamlText(value as Record<string, unknown>);
      assert.deepEqual(parse(text) ?? {}, JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('remarks stand behind a value, or above what spans lines, and never break a line', () => {
  const text = yamlText({
    a: new Remarked('x', 'one\ntwo'),
    b: new Remarked([1], 'list'),
    c: [new Remarked({ d: 1 }, 'map')],
  });
  assert.equal(text, 'a: x # one\\u000atwo\n# list\nb:\n  - 1\nc:\n  # map\n  - d: 1\n');
});
