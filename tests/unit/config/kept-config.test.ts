import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import type { Loaded } from '../../../lib/config/conclude.ts';
import type { Sources } from '../../../lib/config/files/choose.ts';
import { readSource } from '../../../lib/config/files/source.ts';
import { validateSource } from '../../../lib/config/files/validate.ts';
import { cacheDir, folders } from '../../../lib/config/folders.ts';
import { keepable, keepConfig, OPEN } from '../../../lib/config/keep-config.ts';
import { layerOf, loadKept } from '../../../lib/config/kept-config.ts';
import { loadConfig } from '../../../lib/config/load.ts';
import { temporaryFolder } from '../../support/folder.ts';

const BUILD = 'a build';
const CONFIG = `version: 1
backends:
  - name: files
    command: npx
    args: [-y, '@example/server-files@1.0.0', '\${PROJECT_DIR}']
    env: { GREETING: 'hello \${WHO:-you}', TOKEN: '\${TOKEN}' }
  - name: far
    url: https://mcp.example.com/mcp
    headers: { Authorization: 'Bearer \${TOKEN}' }
policies:
  tools:
    files/*: { paths: { allow: ['\${PROJECT_DIR}/src'], deny: [/etc] } }
`;
const TOKEN = 'ghs-not-a-real-one-7788';

interface Scene {
  readonly sources: Sources;
  readonly file: string;
  /** Reads the kept config as a start does. */
  kept(changed?: Partial<Sources>, build?: string): Loaded | undefined;
}

function scene(t: TestContext, text = CONFIG): Scene {
  const root = temporaryFolder(t);
  const file = join(root, 'sallyport.yaml');
  writeFileSync(file, text);
  const own = { ...folders(), configFile: join(root, 'user', 'sallyport.yaml'), stateDir: join(root, 'state') };
  const sources: Sources = {
    flag: file,
    env: { TOKEN },
    folders: { ...own, projectDir: join(root, 'project') },
    managed: join(root, 'managed.yaml'),
  };
  keepConfig(sources, BUILD);
  return { sources, file, kept: (changed = {}, build = BUILD) => loadKept({ ...sources, ...changed }, {}, build) };
}

/** All of it but the function, which is tried with every path there is. */
function told({ place, ...rest }: Loaded, file: string): unknown {
  const rules = rest.settings.map(({ path }) => path);
  const lines = Array.from({ length: 20 }, (_, line) => `${file}:${line}`);
  return { ...rest, places: rules.flatMap((rule) => lines.map((line) => place(rule, line))) };
}

test('a kept config is the one that is read with care, origins, warnings and places as well', (t) => {
  const { sources, file, kept } = scene(t);
  for (const overrides of [{}, { profile: 'strict' as const }, { observe: true }]) {
    const found = loadKept(sources, overrides, BUILD);
    assert.ok(found !== undefined);
    assert.deepEqual(told(found, file), told(loadConfig(sources, overrides), file));
  }
  assert.equal(kept()!.config.revision, loadConfig(sources, {}).config.revision);
});

test('one byte more in the file, another version or another file, and it is read afresh', (t) => {
  const { sources, file, kept } = scene(t);
  assert.equal(kept({}, 'another build'), undefined);
  const other = join(file, '..', 'other.yaml');
  writeFileSync(other, CONFIG);
  assert.equal(kept({ flag: other }), undefined);
  for (const text of [`${CONFIG} `, CONFIG.slice(0, -1), CONFIG.replace('/etc', '/usr'), '', 'version: 2\n']) {
    writeFileSync(file, text);
    assert.equal(kept(), undefined, JSON.stringify(text.slice(-20)));
  }
  writeFileSync(file, CONFIG);
  assert.ok(kept() !== undefined);
  keepConfig(sources, 'another build');
  assert.equal(kept(), undefined, 'the newest build has taken its place');
});

test('variables have the values they have now, and none of them is on disk', (t) => {
  const { sources, file, kept } = scene(t);
  const [name] = readdirSync(cacheDir(sources.folders));
  assert.ok(!readFileSync(join(cacheDir(sources.folders), name!), 'latin1').includes(TOKEN));
  const env = { TOKEN: 'another-7788-token', WHO: 'Ada' };
  const now = kept({ env })!;
  assert.deepEqual(told(now, file), told(loadConfig({ ...sources, env }, {}), file));
  assert.equal(now.config.backends[0]!.env.GREETING, 'hello Ada');
  assert.ok(now.config.secrets.includes('another-7788-token') && !now.config.secrets.includes(TOKEN));
});

test('a variable that is gone, empty or fits no header is told by whoever reads with care', (t) => {
  const { sources, kept } = scene(t);
  for (const env of [{}, { TOKEN: '' }, { TOKEN: 'two\nlines' }]) {
    assert.equal(kept({ env }), undefined);
  }
  assert.throws(() => loadConfig({ ...sources, env: {} }, {}), /SP1004 TOKEN is not set .*sallyport\.yaml:6:50/);
});

test('with a config of an administrator or a project, or a change to try, nothing is taken from what was kept', (t) => {
  const { sources, kept } = scene(t);
  assert.equal(kept({ also: 'enforce: true' }), undefined);
  const project = sources.folders.projectDir!;
  mkdirSync(project, { mode: 0o755 });
  writeFileSync(join(project, 'sallyport.yaml'), 'version: 1\n');
  assert.ok(kept() !== undefined);
  assert.equal(kept({ project: true }), undefined);
  writeFileSync(sources.managed!, 'version: 1\npolicies: { default: deny }\n');
  assert.equal(kept(), undefined);
});

test('a file with a fault, a written-out secret or a variable where not every text will do is not kept', (t) => {
  for (const text of [
    CONFIG.replace('version: 1', 'version: 3'),
    CONFIG.replace('files/*:', 'files/*: { rate_limit: { capacity: "${N:-9}", refill_per_sec: 1 } }\n    far/*:'),
    CONFIG.replace('policies:', 'profile: "${P:-strict}"\npolicies:'),
    CONFIG.replace("'Bearer ${TOKEN}'", 'Bearer abcdefghijklmnop'),
    CONFIG.replace("'${TOKEN}' }", 'abcdefghijklmnop }'),
    'not: [yaml',
  ]) {
    const { sources, kept } = scene(t, text);
    assert.equal(kept(), undefined, text);
    assert.throws(() => readdirSync(cacheDir(sources.folders)), text);
  }
});

test('what is kept is not believed where others could have written it', { skip: process.getuid === undefined }, (t) => {
  const { sources, kept } = scene(t);
  chmodSync(cacheDir(sources.folders), 0o777);
  assert.equal(kept(), undefined);
});

test('the schema takes every text that is taken where a variable may stand in what is kept', () => {
  const usual = fc.constantFrom(
    'https://a.example/b',
    'http://x/',
    '0',
    'null',
    '~',
    'x'.repeat(513),
    '*',
    '../..',
    '${V}',
  );
  const text = fc.oneof(fc.string({ minLength: 1 }), usual);
  fc.assert(
    fc.property(text, fc.constantFrom(...OPEN), (value, place) => {
      const config = configWith(place.split('.'));
      const kept = keepable('f.yaml', config, { V: 'https://a.example/b' });
      assert.ok(kept !== undefined, config);
      const again = JSON.parse(JSON.stringify(kept)) as typeof kept;
      const { config: careful, problems } = validateSource(readSource('f.yaml', config, { V: value }));
      const layer = layerOf('f.yaml', again, { V: value });
      if (layer !== undefined)
        assert.deepEqual([layer.config, problems], [careful, []], JSON.stringify([place, value]));
      else assert.ok(problems.length > 0 || value.length > 512, JSON.stringify([place, value]));
    }),
    { numRuns: 600 },
  );
});

/** A config with a variable at this place. */
function configWith(place: readonly string[]): string {
  const rest = place[0] === 'backends' ? place.slice(2) : place;
  // A star is an element of a list where nothing else follows a list's name, else a key of a mapping.
  const isMapped = (step: string | undefined) => ['env', 'headers', 'variables', 'tools'].includes(step ?? '');
  const value = rest.reduceRight<unknown>((inner, step, at) => {
    if (step !== '*') return { [step]: inner };
    return isMapped(rest[at - 1]) ? { [rest[at - 1] === 'tools' ? 'a/*' : 'NAME']: inner } : [inner];
  }, '${V}') as Record<string, unknown>;
  const reached = ['url', 'headers'].includes(rest[0]!) ? { url: 'https://mcp.example.com' } : { command: 'server' };
  const backend = { name: 'a', ...reached, ...(place[0] === 'backends' ? value : {}) };
  return JSON.stringify({ version: 1, backends: [backend], ...(place[0] === 'backends' ? {} : value) });
}
